import { createMasterKey, loadMasterKey } from '../../../infra/crypto/master-key.ts'
import { testKeyWrapper } from '../../contract/key-wrapper.ts'

const [now, before] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]

testKeyWrapper({
  name: 'the local master key',
  current: createMasterKey(now, 'test'),
  other: createMasterKey(before, 'test'),
  currentAndOther: loadMasterKey('', `${now.toString('base64')},${before.toString('hex')}`),
})
