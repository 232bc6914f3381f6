import type { Request, Response } from 'express'
import type { TSchema } from 'typebox'

export interface RouteParameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: TSchema
  example?: unknown
}

export interface RouteAnswer {
  description: string
  schema?: TSchema
  example?: unknown
}

/**
 * One operation of an interface: how it is reached, what it does, and what the OpenAPI document says of it.
 */
export interface Route {
  /** Name in the OpenAPI document, in metrics and in statistics. */
  operationId: string
  method: 'get' | 'post'
  /** Path in Express's form, e.g. /resorts/:resortID/seasons. */
  path: string
  /** Further spellings of the path that are accepted but not documented. */
  aliases?: readonly string[]
  summary: string
  description?: string
  tag: string
  parameters?: readonly RouteParameter[]
  /** Present: the operation reads a JSON body of this schema. */
  body?: {
    schema: TSchema
    examples: Record<string, unknown>
    /** The same fields are taken as application/x-www-form-urlencoded; `read` has to see to it. */
    alsoForm?: boolean
    /** Reads the body in place of `readJson`. */
    read?: (request: Request, limitBytes: number) => Promise<unknown>
  }
  /** By status; errors that every operation may answer are added by the document's writer. */
  answers: Record<number, RouteAnswer>
  handle(request: Request, response: Response): Promise<void> | void
}
