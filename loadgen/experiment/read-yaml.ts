import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml'
import { ExperimentFileError, type ExperimentProblem } from './experiment-file-error.ts'

/** An experiment is a page of text; what is far larger is the wrong file, and YAML of that size costs memory. */
export const maxFileBytes = 256 * 1024
/** Enough for a file that names a value once and uses it in places, too few for a "billion laughs" bomb. */
const maxAliases = 50

export interface YamlValue {
  value: unknown
  /**
   * The place of the key (`part: 'key'`) or value at the end of a path of map keys and list indexes; of the last
   * part of the path that exists when the rest is missing.
   */
  locate(path: readonly string[], part: 'key' | 'value'): { line: number; column: number }
}

/**
 * Reads one YAML document with the places of everything in it.
 * @throws ExperimentFileError for what is no YAML, empty, several documents, too large or an alias bomb
 */
export function readYaml(text: string, fileName: string): YamlValue {
  const fail = (line: number, column: number, message: string): never => {
    throw new ExperimentFileError(fileName, [{ line, column, path: '', message }])
  }
  const bytes = Buffer.byteLength(text)
  if (bytes > maxFileBytes)
    fail(1, 1, `expected an experiment file of at most 256 KiB, got ${Math.ceil(bytes / 1024)} KiB`)
  const lines = new LineCounter()
  const documents = parseDocuments(text, lines, (message) => fail(1, 1, message))
  const [first, second] = documents
  if (
    first === undefined ||
    first.contents === null ||
    (isScalar(first.contents) && first.contents.value === null)
  )
    return fail(1, 1, 'expected an experiment, got an empty file')
  const problems = documents.flatMap((document) => syntaxProblems(document, lines))
  if (problems.length > 0) throw new ExperimentFileError(fileName, problems)
  if (second !== undefined) {
    const place = lines.linePos(second.range?.[0] ?? 0)
    fail(place.line, place.col, `expected one document, got ${documents.length}; keep one experiment a file`)
  }
  const root: Node = first.contents
  return {
    value: toValue(first, (message) => fail(1, 1, message)),
    locate(path, part) {
      const { line, col } = lines.linePos(findOffset(first, root, path, part))
      return { line, column: col }
    },
  }
}

function parseDocuments(
  text: string,
  lineCounter: LineCounter,
  fail: (message: string) => never,
): Document[] {
  try {
    // A file that begins with a byte order mark is common on Windows; the parser knows it.
    const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false })
    return Array.isArray(parsed) ? [...parsed] : []
  } catch (error) {
    // The parser is recursive: thousands of nested brackets end in a RangeError.
    return fail(`not valid YAML: ${error instanceof RangeError ? 'it is nested too deeply' : String(error)}`)
  }
}

function syntaxProblems(document: Document, lines: LineCounter): ExperimentProblem[] {
  const found = [...document.errors, ...document.warnings]
  // The parser reports its own stack overflow once a bracket; and one slip often breaks all that follows it.
  const tooDeep = found.find(({ message }) => message.startsWith('Maximum call stack'))
  return (tooDeep === undefined ? found.slice(0, 10) : [tooDeep]).map((error) => {
    const { line, col } = lines.linePos(error.pos[0])
    const message = `not valid YAML: ${error === tooDeep ? 'it is nested too deeply' : error.message}`
    return { line, column: col, path: '', message }
  })
}

function toValue(document: Document, fail: (message: string) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases })
  } catch (error) {
    if (error instanceof RangeError) return fail('not valid YAML: it is nested too deeply')
    const aliases = error instanceof ReferenceError && /excessive alias/i.test(error.message)
    return fail(
      aliases
        ? `expected at most ${maxAliases} uses of anchors (*name), got more`
        : `not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function findOffset(document: Document, root: Node, path: readonly string[], part: 'key' | 'value'): number {
  let node: Node = root
  let key: Node | undefined
  for (const segment of path) {
    const container = isAlias(node) ? (node.resolve(document) ?? node) : node
    let next: unknown
    if (isMap(container)) {
      const pair = container.items.find(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === segment,
      )
      if (pair === undefined) break
      key = pair.key as Node
      next = pair.value
    } else if (isSeq(container)) {
      next = container.items[Number(segment)]
      key = next as Node | undefined
    }
    // An empty value (`spec:`) has no node of its own: its key is the nearest place.
    if (next === undefined || next === null) return key?.range?.[0] ?? node.range?.[0] ?? 0
    node = next as Node
  }
  return (part === 'key' ? key : node)?.range?.[0] ?? 0
}
