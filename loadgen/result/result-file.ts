import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type Result, resultSchema, schemaVersion } from './result-schema.ts'

const validate = new Ajv2020().compile<Result>(resultSchema)

/** The file is missing, unreadable or no result this version understands; the message names the file. */
export class ResultFileError extends Error {
  constructor(file: string, problem: string, options?: { cause: unknown }) {
    super(`${file}: ${problem}`, options)
    this.name = 'ResultFileError'
  }
}

/**
 * Writes a text so that a reader sees the old file or the whole new one, also after a crash: a temporary file in
 * the same folder is synced and renamed. The folder is made when it is missing.
 * @returns the path of the file
 */
export async function writeFileAtomically(directory: string, name: string, content: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, name)
  const temporary = join(directory, `.${name}.${randomUUID()}`)
  try {
    await using handle = await open(temporary, 'wx')
    await handle.writeFile(content)
    await handle.sync()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return file
}

/**
 * Writes `directory/result.json` atomically.
 * @returns the path of the file
 * @throws ResultFileError when the result does not follow its own schema (a defect of the caller)
 */
export function writeResult(directory: string, result: Result): Promise<string> {
  const file = join(directory, 'result.json')
  if (!validate(result)) throw new ResultFileError(file, `not written: ${firstProblem()}`)
  return writeFileAtomically(directory, 'result.json', `${JSON.stringify(result)}\n`)
}

/**
 * Reads and checks a result document.
 * @throws ResultFileError that says whether the file is missing, no JSON, of another version or damaged, and where
 */
export async function readResult(file: string): Promise<Result> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ResultFileError(
      file,
      code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`,
      {
        cause: error,
      },
    )
  }
  return parseResult(text, file)
}

/**
 * Checks the text of a result document.
 * @param file what the messages call it
 * @throws ResultFileError that says whether it is no JSON, of another version or damaged, and where
 */
export function parseResult(text: string, file: string): Result {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ResultFileError(file, 'not JSON; expected the result.json of an experiment', { cause: error })
  }
  checkVersion(file, value)
  if (!validate(value)) throw new ResultFileError(file, `damaged: ${firstProblem()}`)
  return value
}

function checkVersion(file: string, value: unknown): void {
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value && value.schemaVersion
  if (typeof version !== 'number')
    throw new ResultFileError(file, 'no result of Chairlift; expected the result.json of an experiment')
  if (version !== schemaVersion) {
    const age = version < schemaVersion ? 'an older' : 'a newer'
    throw new ResultFileError(
      file,
      `made by ${age} Chairlift: schema version ${version}, expected ${schemaVersion}`,
    )
  }
}

function firstProblem(): string {
  const [problem] = validate.errors ?? []
  return `${problem?.instancePath || 'the document'} ${problem?.message ?? 'is wrong'}`
}
