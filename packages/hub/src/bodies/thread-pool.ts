import { Worker } from 'node:worker_threads'

/** An error of a task: it failed (took too long, or its thread crashed), or there was no thread for it. */
export class TaskFailed extends Error {
  readonly isItsOwnFault: boolean

  constructor(message: string, isItsOwnFault: boolean) {
    super(message)
    this.isItsOwnFault = isItsOwnFault
  }
}

interface Task {
  owner: number
  input: unknown
  size: number
  resolve(output: unknown): void
  reject(error: TaskFailed): void
  waitEnds: NodeJS.Timeout
}

export interface PoolLimits {
  threads: number
  /** The time limit of a task; its thread is ended then. */
  runMs: number
  /** The longest time that a task waits for a thread. */
  waitMs: number
  /** Characters that may wait, of all and of one owner. */
  waiting: number
  waitingOfOne: number
  /** A thread without a task ends after this. */
  idleMs: number
}

/** A worker: a thread, or a process for tasks that may break more than a thread. */
export interface Runner {
  on(event: 'message', hear: (answer: Answer) => void): unknown
  on(event: 'error', hear: (error: Error) => void): unknown
  on(event: 'exit', hear: () => void): unknown
  postMessage(input: unknown): void
  terminate(): unknown
  ref(): void
  unref(): void
}

type Begin = () => Runner

export const threadOf = (script: URL): Begin => {
  return () => new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: 256 } })
}

/**
 * A few threads for work that would block the main one. Tasks belong to owners (companies), which are served round-robin: the
 * queue of one delays others only by its running tasks.
 */
export class ThreadPool {
  readonly #begin: Begin
  readonly #limits: PoolLimits
  readonly #waiting = new Map<number, Task[]>()
  readonly #idle: PoolThread[] = []
  /** The number of threads in use by owner. */
  readonly #running = new Map<number, number>()
  #size = 0
  #threads = 0

  constructor(begin: Begin, limits: PoolLimits) {
    this.#begin = begin
    this.#limits = limits
  }

  /** Rejects with TaskFailed. */
  run(owner: number, input: unknown, size: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const mine = this.#waiting.get(owner) ?? []
      const sizeOfMine = mine.reduce((sum, task) => sum + task.size, 0)
      if (this.#size + size > this.#limits.waiting || sizeOfMine + size > this.#limits.waitingOfOne) {
        reject(new TaskFailed('too many wait for a thread', false))
        return
      }
      const waitEnds = setTimeout(() => this.#giveUp(task), this.#limits.waitMs)
      const task: Task = { owner, input, size, resolve, reject, waitEnds }
      this.#size += size
      this.#waiting.set(owner, [...mine, task])
      this.#next()
    })
  }

  #giveUp(task: Task): void {
    const left = (this.#waiting.get(task.owner) ?? []).filter((queued) => queued !== task)
    if (left.length > 0) this.#waiting.set(task.owner, left)
    else this.#waiting.delete(task.owner)
    this.#size -= task.size
    task.reject(new TaskFailed('no thread was free in time', false))
  }

  #next(): void {
    const [owner, tasks] = this.#first() ?? []
    const [task, ...left] = tasks ?? []
    if (owner === undefined || !task) return
    const thread = this.#idle.pop()
    if (!thread) {
      this.#add()
      return
    }
    // to the end of the line
    this.#waiting.delete(owner)
    if (left.length > 0) this.#waiting.set(owner, left)
    this.#size -= task.size
    clearTimeout(task.waitEnds)
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1)
    thread.run(task)
  }

  /** The limit of an owner: one thread is kept for the others. */
  #first(): [number, Task[]] | undefined {
    const most = Math.max(1, this.#limits.threads - 1)
    return [...this.#waiting].find(([owner]) => (this.#running.get(owner) ?? 0) < most)
  }

  #ended({ owner }: Task): void {
    const left = (this.#running.get(owner) ?? 1) - 1
    if (left > 0) this.#running.set(owner, left)
    else this.#running.delete(owner)
  }

  /** Starts a thread. It takes its first task once it is ready: starting does not count as time of the task. */
  #add(): void {
    if (this.#threads >= this.#limits.threads) return
    this.#threads++
    new PoolThread(this.#begin(), this.#limits, {
      ended: (task) => this.#ended(task),
      free: (thread) => {
        this.#idle.push(thread)
        this.#next()
      },
      gone: (thread) => {
        this.#threads--
        const place = this.#idle.indexOf(thread)
        if (place !== -1) this.#idle.splice(place, 1)
        this.#next()
      },
    })
  }
}

/** The messages of a thread: `{}` once, when it is ready, then the result of each task. */
interface Answer {
  output?: unknown
  error?: string
}

interface PoolCallbacks {
  ended(task: Task): void
  free(thread: PoolThread): void
  gone(thread: PoolThread): void
}

/** A thread that does not keep the process alive, and frees its memory when it is idle. */
class PoolThread {
  readonly #worker: Runner
  readonly #limits: PoolLimits
  readonly #callbacks: PoolCallbacks
  #task: Task | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(worker: Runner, limits: PoolLimits, callbacks: PoolCallbacks) {
    this.#limits = limits
    this.#callbacks = callbacks
    this.#worker = worker
    this.#worker.on('message', (answer: Answer) => this.#done(answer))
    this.#worker.on('error', (error) => this.#fail(`a thread ended: ${error.message}`))
    this.#worker.on('exit', () => {
      this.#fail('a thread ended')
      callbacks.gone(this)
    })
    this.#worker.unref()
  }

  run(task: Task): void {
    clearTimeout(this.#timer)
    this.#task = task
    this.#worker.ref()
    this.#timer = setTimeout(() => this.#stop(), this.#limits.runMs)
    this.#worker.postMessage(task.input)
  }

  #done(answer: Answer): void {
    const task = this.#end()
    this.#worker.unref()
    this.#timer = setTimeout(() => void this.#worker.terminate(), this.#limits.idleMs).unref()
    if (answer.error !== undefined) task?.reject(new TaskFailed(answer.error, true))
    else task?.resolve(answer.output)
    this.#callbacks.free(this)
  }

  #stop(): void {
    this.#fail('it took too long')
    void this.#worker.terminate()
  }

  #fail(why: string): void {
    this.#end()?.reject(new TaskFailed(why, true))
  }

  #end(): Task | undefined {
    const task = this.#task
    clearTimeout(this.#timer)
    this.#task = undefined
    if (task) this.#callbacks.ended(task)
    return task
  }
}
