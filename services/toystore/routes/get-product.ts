import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import type { CacheCounts } from '../front/cache-counts.ts'
import type { CatalogLink } from '../front/catalog-link.ts'
import { ProductReply } from './answers.ts'

/** GET /products/{name} */
export function getProduct(catalog: CatalogLink, counts: CacheCounts, deadlineMs: number): Route {
  return {
    operationId: 'getProduct',
    method: 'get',
    path: '/products/:name',
    tag: 'products',
    summary: 'Price and remaining quantity of a toy.',
    description:
      'May come from the cache, but never with a quantity from before a purchase or restock that was ' +
      'acknowledged before this request started. With `Cache-Control: no-cache` the catalog is asked.',
    parameters: [
      {
        name: 'name',
        in: 'path',
        required: true,
        description: 'Name of the toy, percent-encoded, case-sensitive.',
        schema: Type.String({ minLength: 1, maxLength: 128 }),
        example: 'Tux',
      },
    ],
    answers: {
      200: {
        description: 'The toy.',
        schema: ProductReply,
        example: { data: { name: 'Tux', price: 25.99, quantity: 100 } },
      },
    },
    async handle(request, response) {
      const useCache = request.headers['cache-control'] !== 'no-cache'
      const name = request.params['name'] as string
      const { toy, cached } = await catalog.read(name, useCache, performance.now() + deadlineMs)
      counts.record(cached)
      if (!toy) throw new HttpError('not_found', 'product not found')
      const { price, quantity } = toy
      sendJson(response, 200, { data: { name, price, quantity } })
    },
  }
}
