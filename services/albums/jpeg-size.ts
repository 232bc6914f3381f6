/** Bytes of a segment that have to be seen: marker, length, precision, height and width. */
const frameHeadBytes = 9

/** Start-of-frame markers: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Markers without a segment: TEM, RST0 to RST7, SOI. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/** Start of scan: no frame header can follow one that has not come yet. */
const startOfScan = 0xda

/**
 * Finds the size of a JPEG while it streams by. The frame header comes behind segments of any kind and number
 * (a photo's EXIF alone may have 64 KiB), so it walks from segment to segment and keeps only the head of one.
 */
export class JpegSize {
  /** Width × height; undefined until the frame header was seen. 0 when there is no sound one. */
  pixels: number | undefined
  #head: Buffer = Buffer.alloc(0)
  /** Bytes still to be passed over. */
  #skip = 0

  update(chunk: Buffer): void {
    let rest = chunk
    while (this.pixels === undefined && rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length)
        this.#skip -= skipped
        rest = rest.subarray(skipped)
        continue
      }
      const wanted = frameHeadBytes - this.#head.length
      this.#head = Buffer.concat([this.#head, rest.subarray(0, wanted)])
      rest = rest.subarray(wanted)
      this.#readHeads()
    }
  }

  /** Takes the segments out of the head that lie in it wholly, and learns how much of the last to pass over. */
  #readHeads(): void {
    while (this.#head.length >= 4 && this.#skip === 0 && this.pixels === undefined) {
      const head = this.#head
      const marker = head.readUInt8(1)
      if (head.readUInt8(0) !== 0xff) this.pixels = 0
      // Any number of 0xff may stand before a marker.
      else if (marker === 0xff) this.#drop(1)
      else if (standsAlone(marker)) this.#drop(2)
      else if (isStartOfFrame(marker)) {
        if (head.length < frameHeadBytes) return
        this.pixels = head.readUInt16BE(5) * head.readUInt16BE(7)
      } else if (marker === startOfScan || head.readUInt16BE(2) < 2) this.pixels = 0
      else this.#drop(2 + head.readUInt16BE(2))
    }
  }

  #drop(bytes: number): void {
    this.#skip = Math.max(0, bytes - this.#head.length)
    this.#head = this.#head.subarray(bytes)
  }
}
