/** One thing that is wrong in an experiment file. */
export interface ExperimentProblem {
  /** From 1. */
  line: number
  /** From 1, in UTF-16 code units, as editors count. */
  column: number
  /** Where in the document, as in `spec.matrix.threads[2]`; empty for the document itself. */
  path: string
  /** What was expected and what was found. */
  message: string
}

/** The file is no experiment; the message has one line for every problem, `file:line:column: path: …`. */
export class ExperimentFileError extends Error {
  readonly fileName: string
  readonly problems: readonly ExperimentProblem[]

  constructor(fileName: string, problems: readonly ExperimentProblem[]) {
    const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
    super(ordered.map((problem) => formatProblem(fileName, problem)).join('\n'))
    this.name = 'ExperimentFileError'
    this.fileName = fileName
    this.problems = ordered
  }
}

function formatProblem(fileName: string, { line, column, path, message }: ExperimentProblem): string {
  return `${fileName}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`
}
