import type { components, paths } from './api.ts'

/** The resources of the API, by name. */
export type Resources = components['schemas']

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The type of the addresses of `/inboxes/{inbox_id}`. */
type AddressOf<Path extends string> = Path extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${AddressOf<After>}`
  : Path

/** The addresses that take a method. */
export type PathOf<M extends Method> = {
  [Path in keyof paths]: Lowercase<M> extends keyof paths[Path] ? AddressOf<Path> : never
}[keyof paths]

/** The operation of /openapi.json at an address, which is written as a template: `/inboxes/${id}`. */
type OperationAt<M extends Method, Address extends string> = Address extends unknown
  ? {
      [Path in keyof paths]: [Address, AddressOf<Path>] extends [AddressOf<Path>, Address]
        ? paths[Path][Lowercase<M> & keyof paths[Path]]
        : never
    }[keyof paths]
  : never

type Json<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : never

/** The body of a successful answer; undefined where it has none. */
export type AnswerOf<M extends Method, Address extends string> =
  OperationAt<M, Address> extends {
    responses: infer Responses
  }
    ? { [Status in keyof Responses]: Status extends 200 | 201 | 202 ? Json<Responses[Status]> : never }[keyof Responses]
    : never

export type BodyOf<M extends Method, Address extends string> =
  OperationAt<M, Address> extends { requestBody: infer Body } ? Json<Body> : undefined

export type QueryOf<M extends Method, Address extends string> =
  OperationAt<M, Address> extends {
    parameters: { query?: infer Query }
  }
    ? Query
    : undefined
