import test from 'ava'
import { ProcessLimitStore } from '../../../infra/limits/process-limit-store.ts'
import { limitStoreContract } from '../../contract/limit-store.ts'

limitStoreContract(test, async (_t, countSince) => new ProcessLimitStore(Date.now, countSince))
