import type { FastifySchemaCompiler } from 'fastify'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import type { Static, TSchema } from 'typebox/type'
import { ApiError } from './api-error.ts'

const shown = 10

/** Compiles a route's TypeBox schemas. Fields the schema does not name are ignored; handlers name what they use. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  if (httpPart === 'body') {
    return (body: unknown) => validator.Check(body) || { error: refusal('body', validator.Errors(body)) }
  }
  const part = httpPart === 'querystring' ? 'query' : (httpPart ?? 'request')
  return (text: unknown) => {
    const value = validator.Convert(text)
    return validator.Check(value) ? { value } : { error: refusal(part, validator.Errors(value)) }
  }
}

/** Checks what a route's schema leaves open; the function throws invalid_body. */
export function shapeChecker<Schema extends TSchema>(schema: Schema): (value: unknown, path: string) => Static<Schema> {
  const validator = Compile(schema)
  return (value, path) => {
    if (validator.Check(value)) return value
    throw new ApiError('invalid_body', undefined, detailLines(path, validator.Errors(value)))
  }
}

function refusal(part: string, errors: TLocalizedValidationError[]): ApiError {
  return new ApiError(part === 'body' ? 'invalid_body' : 'invalid_query', undefined, detailLines(part, errors))
}

/** Formats one line for each field, like `body.metadata.external_id: missing`. */
function detailLines(part: string, errors: TLocalizedValidationError[]): string[] {
  const choices = new Map<string, unknown[]>()
  for (const error of errors) {
    if (error.keyword === 'const') {
      choices.set(error.instancePath, [...(choices.get(error.instancePath) ?? []), error.params.allowedValue])
    }
  }
  const lines = errors.flatMap((error) => linesFor(part + dotted(error.instancePath), error, choices))
  return [...new Set(lines)].slice(0, shown)
}

function linesFor(path: string, error: TLocalizedValidationError, choices: Map<string, unknown[]>): string[] {
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => `${path}.${name}: missing`)
    case 'const':
    case 'anyOf': {
      const allowed = choices.get(error.instancePath)
      if (allowed) return [`${path}: must be ${allowed.map((value) => JSON.stringify(value)).join(' or ')}`]
      return error.keyword === 'anyOf' ? [`${path}: has none of the forms that are accepted`] : []
    }
    case 'enum':
      return [`${path}: must be one of ${error.params.allowedValues.map((value) => JSON.stringify(value)).join(', ')}`]
    default:
      return [`${path}: ${error.message}`]
  }
}

/** A JSON pointer as people write it: `/to/0/handle` is `.to[0].handle`. */
function dotted(pointer: string): string {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${unescapeStep(step)}`)).join('')
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
