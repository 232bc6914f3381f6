/**
 * Addresses of the real servers that the test run provides (lab/with-backing.ts).
 * @throws Error that says how to start them, when a test is run without
 */
export function serverUrl(
  name: 'AMQP_URL' | 'RABBITMQ_MANAGEMENT_URL' | 'DATABASE_URL' | 'REDIS_URL',
): string {
  const url = process.env[name]
  if (!url) throw new Error(`${name} is not set; run tests as \`make test\` or \`npm test -- FILE\``)
  return url
}
