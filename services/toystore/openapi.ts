import { describeInterface } from '@chairlift/kit/http/openapi.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import { ErrorReply, errorExample } from './routes/answers.ts'

/** The OpenAPI document of toystore-front; openapi.yaml is made from it (`npm run generate`). */
export function describeToystore(routes: readonly Route[]): Record<string, unknown> {
  return describeInterface(routes, {
    title: 'Toy store front-end',
    version: '3.0.0',
    summary: 'Query toys, place and read orders.',
    description:
      'getLeader and the Idempotency-Key extend the reference interface. An order that cannot be filled is 404 ' +
      'like an unknown toy or order; `message` tells which.\n',
    tags: [
      { name: 'products', description: 'Toys in the catalog.' },
      { name: 'orders', description: 'Placing and reading orders.' },
      { name: 'state', description: 'What goes on inside.' },
    ],
    error: { schema: ErrorReply, contentType: 'application/json', example: errorExample },
  })
}
