import { Option } from 'commander'
import { checkpointChoices } from '../../contract/judgement.ts'

export const checkpointOption = (): Option => new Option('--checkpoint <which>', 'the best so far, or the latest').choices([...checkpointChoices]).default('best')
