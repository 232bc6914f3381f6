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
  /** Present: the body is bytes of one of these media types rather than JSON. */
  contentTypes?: readonly string[]
  /** Headers of the answer, by name. */
  headers?: Record<string, { description: string; schema: TSchema }>
}

/** A form that an operation reads by itself (read-multipart.ts), for the document. */
export interface RouteForm {
  schema: TSchema
  /** Media types of parts, by name. */
  encoding: Record<string, { contentType: string }>
  examples: Record<string, unknown>
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
  /** Present: the operation reads a multipart/form-data body; it streams, so `handle` does the reading. */
  form?: RouteForm
  /** Errors that this operation answers besides those of every operation, by status. */
  errors?: Record<number, string>
  /** By status; errors that every operation may answer are added by the document's writer. */
  answers: Record<number, RouteAnswer>
  handle(request: Request, response: Response): Promise<void> | void
}
