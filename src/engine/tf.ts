/**
 * The one place that imports TensorFlow.js, so that every room shares one instance of its
 * global engine, with all gradients registered and the gaps between tfjs 4.22 and current
 * Node closed first.
 */
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'

const require = createRequire(import.meta.url)

// tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed.
const nodeUtil = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
nodeUtil.isNullOrUndefined ??= (value) => value === null || value === undefined

// The union package registers the gradients (tfjs-core alone registers none in its Node build).
require('@tensorflow/tfjs')
tf.enableProdMode()

export { tf }
