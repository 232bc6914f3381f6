/** How a service is asked: our interface, or that of one reference system (TOY-O1). */
export interface Dialect {
  toyPath(name: string): string
  orderPath(number: number): string
  /** The field of an order's body that names the toy. */
  toyField: string
}

export function dialectOf(name: string): Dialect {
  if (name === 'reference')
    return {
      toyPath: (toy) => `/products?toyname=${encodeURIComponent(toy)}`,
      orderPath: (number) => `/orders?ordernum=${number}`,
      toyField: 'toyname',
    }
  return {
    toyPath: (toy) => `/products/${encodeURIComponent(toy)}`,
    orderPath: (number) => `/orders/${number}`,
    toyField: 'name',
  }
}
