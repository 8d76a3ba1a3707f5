/** How engine processes and runs end badly; part of the table in messages.ts. */
import type { Words } from './option-spec.ts'

export const engineMessages = {
  /** How it ended, without a stop. */
  'engine.hung': { en: 'The engine gave no sign of life for {seconds} seconds and was ended', zh: '引擎 {seconds} 秒没有任何响应，已将其结束' },
  'engine.memory': { en: 'The engine process ended for want of memory ({how})', zh: '引擎进程因内存不足而退出（{how}）' },
  'engine.outside': { en: 'Something outside the studio ended the engine process ({how}): a person, or a program that ends others where memory is short', zh: '引擎进程被工作室之外的人或程序结束（{how}），例如在内存不足时结束其他程序的程序' },
  'engine.crashed': { en: 'The engine process ended unexpectedly ({how})', zh: '引擎进程意外退出（{how}）' },
  'engine.ended': { en: 'The engine process was ended', zh: '引擎进程已被结束' },
  'engine.said': { en: '{how}.', zh: '{how}。' },
  /** Its own words are the detail. */
  'engine.failed': { en: 'The engine failed.', zh: '引擎出错。' },
  'engine.before': { en: '{how} before {before}. Try again.', zh: '{how}，未能{before}。请重试。' },
  'before.answer': { en: 'it had an answer', zh: '得出结果' },
  'before.encoder': { en: 'the encoder was trained', zh: '训练完编码器' },
  'before.found': { en: 'the pictures were found', zh: '找到图片' },
  'before.latents': { en: 'the latents were found', zh: '求出潜在向量' },
  'engine.beforePictures': { en: '{how} before all pictures were made. Those already made are kept; try again for the rest.', zh: '{how}，未能生成全部图片。已生成的会保留；其余请重试。' },
  'engine.explorer': { en: '{how} while it held the generator open. Nothing that was kept is lost; open the explorer again.', zh: '{how}，当时生成器正在使用中。已保存的内容没有丢失；请重新打开探索页。' },
  'engine.none': { en: 'No engine that could do this is installed. Install TensorFlow from the settings page.', zh: '没有安装可完成此操作的引擎。请在设置页安装 TensorFlow。' },
  'engine.noResult': { en: 'The engine ended without a result.', zh: '引擎没有给出结果就退出了。' },
  'engine.noNumbers': { en: 'The engine gave features that are no numbers. Try again, or choose another engine in the settings.', zh: '引擎给出的特征不是有效数值。请重试，或在设置中选择其他引擎。' },
  'engine.notHere': { en: 'The {engine} engine cannot be used here.', zh: '{engine} 引擎在本机不可用。' },
  'engine.notInstalled': { en: 'TensorFlow is not installed yet. Install it from the settings, or with "gan-studio engine install tensorflow".', zh: '尚未安装 TensorFlow。请在设置中安装，或使用命令“gan-studio engine install tensorflow”。' },
  'engine.notStarted': { en: 'The {engine} engine was found, but it could not be started. Choose another engine in the settings.', zh: '找到了 {engine} 引擎，但无法启动。请在设置中选择其他引擎。' },
  'engine.didNotStart': { en: 'The {engine} engine did not start: {how}', zh: '{engine} 引擎未能启动：{how}' },
  'engine.noGpu': { en: 'No graphics processor with WebGPU was found. Update the graphics driver, or use TensorFlow or WASM.', zh: '未找到支持 WebGPU 的显卡。请更新显卡驱动，或使用 TensorFlow 或 WASM。' },
  'engine.softwareGpu': { en: 'The only WebGPU adapter is {adapter}, which computes in software and is slower than the other engines.', zh: '唯一的 WebGPU 适配器是 {adapter}，它用软件计算，比其他引擎慢。' },
  'engine.wasmMemory': { en: 'The WebAssembly engine has no {size} MiB of memory left for this network. Make the batch or the network smaller.', zh: 'WebAssembly 引擎没有 {size} MiB 内存可供该网络使用。请减小批大小或网络。' },
  'engine.measureBusy': { en: 'A run is training, and speeds measured beside it would be wrong. Measure when it has ended or is stopped.', zh: '正在训练，此时测得的速度不准确。请在训练结束或停止后再测量。' },
  'engine.comesWith': { en: 'The {engine} engine comes with the studio; only TensorFlow is installed separately.', zh: '{engine} 引擎随工作室提供；只有 TensorFlow 需要单独安装。' },
  'install.pip': { en: 'Python is there, but its package installer pip is not. Install it (Debian and Ubuntu: "sudo apt install python3-pip") and try again.', zh: '已有 Python，但缺少其包安装工具 pip。请安装（Debian 和 Ubuntu：“sudo apt install python3-pip”）后重试。' },
  'install.python': { en: 'TensorFlow is downloaded with Python\'s pip, and no Python was found. Install Python 3 with pip and try again; the studio trains with its WASM engine until then.', zh: 'TensorFlow 通过 Python 的 pip 下载，但未找到 Python。请安装带 pip 的 Python 3 后重试；在此之前工作室使用 WASM 引擎训练。' },
  'install.diskFull': { en: 'The disk became full while TensorFlow was downloaded. Free some space and try again.', zh: '下载 TensorFlow 时磁盘已满。请腾出空间后重试。' },
  'install.download': { en: 'TensorFlow could not be downloaded in {attempts} attempts. Check the network connection and try again.', zh: '尝试 {attempts} 次仍无法下载 TensorFlow。请检查网络连接后重试。' },
  'install.compiler': { en: 'TensorFlow needs a C++ compiler once, to be joined with Node, and none was found. Install one (Debian and Ubuntu: "sudo apt install g++") and try again.', zh: 'TensorFlow 与 Node 连接需要一次 C++ 编译，但未找到编译器。请安装（Debian 和 Ubuntu：“sudo apt install g++”）后重试。' },
  'install.headers': { en: 'The header files of Node (node_api.h) were not found. Install Node with its headers (Debian and Ubuntu: "sudo apt install libnode-dev") and try again.', zh: '未找到 Node 的头文件（node_api.h）。请安装带头文件的 Node（Debian 和 Ubuntu：“sudo apt install libnode-dev”）后重试。' },

  /** Of a run: why it failed, and what is kept. */
  'run.failed': { en: '{reason} {kept}', zh: '{reason}{kept}' },
  'run.gaveUp': { en: '{reason} This happened {times} times within five minutes, so training was given up.', zh: '{reason}五分钟内发生了 {times} 次，因此放弃训练。' },
  'run.gaveUpForMemory': { en: '{reason} Before that, it had ended for want of memory. After {times} ends within five minutes training was given up.', zh: '{reason}此前曾因内存不足而退出。五分钟内退出 {times} 次，因此放弃训练。' },
  'run.smallerBatch': { en: '{reason} With a batch of {batch} pictures instead of {now} it should need about {needed} of the {present} here. {kept}', zh: '{reason}若批大小由 {now} 改为 {batch}，预计约需 {needed}（本机共 {present}）。{kept}' },
  'run.noSmallerBatch': { en: '{reason} No smaller batch is expected to fit into {present} either: lower the width or the resolution in a new run. {kept}', zh: '{reason}预计更小的批大小在 {present} 内存中也放不下：请在新的训练中减小宽度或分辨率。{kept}' },
  'run.kept': { en: 'Everything up to the newest checkpoint ({images} pictures seen) is kept; the run can be resumed from there.', zh: '截至最新检查点（已看 {images} 张图片）的内容均已保留，可从那里继续。' },
  'run.keptNothing': { en: 'No checkpoint had been saved yet.', zh: '尚未保存任何检查点。' },
  'run.checkpointGone': { en: 'The run had saved a checkpoint at {images} pictures seen, and there is none in its folder {folder} any more. Check that the drive is connected, or put the folder back from a copy; a new run can be started at any time.', zh: '此训练在已看 {images} 张图片时保存过检查点，但其文件夹 {folder} 中已没有。请检查磁盘是否已连接，或从备份恢复该文件夹；也可随时开始新的训练。' },
} as const satisfies Record<string, Words>
