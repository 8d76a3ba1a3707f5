/** Debian's Chromium carries a graphics processor in software: enough to check WebGPU by. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = '/usr/lib/chromium'
const driver = join(folder, 'vk_swiftshader_icd.json')

/** What a process needs in its environment to find it; empty where it is not there. */
export const softwareVulkan: NodeJS.ProcessEnv = existsSync(driver) ? { VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: folder } : {}

/** It compiles each shader anew and has the processors to share. */
export const softwareTimeout = 400_000
