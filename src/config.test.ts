import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const keys = { BLOBS_KEY_ID: 'id', BLOBS_SECRET_KEY: 'key' }

test('files are kept in the data folder, or in the bucket that is named', () => {
  expect(readConfig({}).blobs).toBeUndefined()
  expect(readConfig({ ...keys, BLOBS_URL: 's3://files?endpoint=https://s3.test/' }).blobs).toEqual({
    endpoint: 'https://s3.test', bucket: 'files', prefix: '', region: 'us-east-1', accessKeyId: 'id', secretAccessKey: 'key',
  })
  expect(readConfig({ ...keys, BLOBS_URL: 's3://my.files/a/b/?endpoint=http://127.0.0.1:9000&region=eu-central-1' }).blobs)
    .toMatchObject({ endpoint: 'http://127.0.0.1:9000', bucket: 'my.files', prefix: 'a/b/', region: 'eu-central-1' })
})

test.each(['files', 's3://files', 's3://?endpoint=https://s3.test', 's3://Files?endpoint=https://s3.test', 's3://files?endpoint=s3.test', 's3://files?endpoint=https://u:p@s3.test'])(
  'BLOBS_URL=%s keeps Muster from starting', url => {
    expect(() => readConfig({ ...keys, BLOBS_URL: url })).toThrow('BLOBS_URL must be')
  })

test('a bucket without keys, too', () => {
  expect(() => readConfig({ BLOBS_URL: 's3://files?endpoint=https://s3.test', BLOBS_KEY_ID: 'id' })).toThrow('BLOBS_KEY_ID and BLOBS_SECRET_KEY')
})
