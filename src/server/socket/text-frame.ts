/** A whole message of text as a server sends it (RFC 6455, 5.2): `head`, then `payload`, in UTF-8, then one character of ASCII. */
export function textFrame(head: string, payload: Buffer, last: string): Buffer {
  const length = Buffer.byteLength(head) + payload.length + 1
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = FINAL_TEXT
  if (start === 2) frame[1] = length
  else if (start === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeUInt32BE(0, 2)
    frame.writeUInt32BE(length, 6)
  }
  const at = start + frame.write(head, start)
  frame.set(payload, at)
  frame.write(last, at + payload.length)
  return frame
}

const FINAL_TEXT = 0x81
