import { expect, test } from 'vitest'
import { fileType, isShown } from './file-type.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

test.each<[string, string, string | null, string | undefined]>([
  ['a JPEG', '\xff\xd8\xff\xe0..JFIF', 'image/jpeg', 'image/jpeg'],
  ['a JPEG that is said to be a page', '\xff\xd8\xff\xe0', 'text/html', 'image/jpeg'],
  ['a PNG', '\x89PNG\r\n\x1a\n', null, 'image/png'],
  ['a WebP', 'RIFF\0\0\0\0WEBPVP8 ', 'image/webp', 'image/webp'],
  ['a voice message', 'OggS\0', 'audio/ogg; codecs=opus', 'audio/ogg'],
  ['a film', '\0\0\0\x20ftypisom', 'video/mp4', 'video/mp4'],
  ['sound in a film’s format', '\0\0\0\x20ftypmp42', 'audio/mp4', 'audio/mp4'],
  ['a picture of a telephone', '\0\0\0\x20ftypheic', 'image/heic', 'image/heic'],
  ['a PDF', '%PDF-1.7', 'application/octet-stream', 'application/pdf'],
  ['a document', 'PK\x03\x04', docx, docx],
  ['an archive that is said to be a picture', 'PK\x03\x04', 'image/png', 'application/zip'],
  ['a contact', 'BEGIN:VCARD\r\n', 'text/x-vcard', 'text/x-vcard'],
  ['text in UTF-8', Buffer.from('Grüße 😀\n').toString('latin1'), 'text/plain; charset=utf-8', 'text/plain'],
  ['text that is said to be a page', 'hello', 'text/html', 'text/plain'],
  ['a page', '<!DOCTYPE html><html>', 'text/html', undefined],
  ['a page that is said to be a picture', '  <html><script>alert(1)</script>', 'image/png', undefined],
  ['a page that is said to be text', '<script>alert(1)</script>', 'text/plain', undefined],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml', undefined],
  ['a drawing behind its declaration', '<?xml version="1.0"?><svg/>', 'image/svg+xml', undefined],
  ['a drawing behind a mark of its encoding', '\xef\xbb\xbf<svg/>', 'image/svg+xml', undefined],
  ['a program', 'MZ\x90\0', 'application/pdf', undefined],
  ['another program', '\x7fELF\x02', 'image/png', undefined],
  ['what is not known', '\x01\x02\x03', 'application/octet-stream', undefined],
  ['an older document without a name', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/x-msi', undefined],
])('%s', (_what, content, declared, type) => expect(fileType(bytes(content), declared)).toBe(type))

test('a browser shows pictures, sound and film by itself, and nothing that can hold a script', () => {
  expect(['image/jpeg', 'image/webp', 'audio/ogg', 'video/mp4'].every(isShown)).toBe(true)
  expect(['image/svg+xml', 'image/heic', 'text/html', 'text/plain', 'application/pdf', docx, 'application/zip', ''].some(isShown)).toBe(false)
})
