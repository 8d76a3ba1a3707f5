import type { Texts } from './index.ts'

/**
 * What went wrong, by kind. The studio's own sentence, with what was found and what to do, is in
 * English; in other languages it folds out beneath one of these.
 */
export const errorTexts = {
  'error-bad-input': ['This cannot be done as asked.', '无法按要求执行。'],
  'error-not-found': ['It is not there any more.', '找不到所需的内容，可能已被删除。'],
  'error-name-taken': ['That name is taken.', '名称已被占用。'],
  'error-busy': ['Something else is going on; wait until it is done.', '另一项任务正在进行，请等待其完成。'],
  'error-unsupported': ['This is not supported here.', '此处不支持该操作。'],
  'error-disk-full': ['The disk is full. Free some space and try again; what was saved is kept.', '磁盘已满。请腾出空间后重试，已保存的内容不会丢失。'],
  'error-no-permission': ['Access was denied. Check the folder’s rights.', '没有访问权限，请检查文件夹权限。'],
  'error-corrupt': ['A file is damaged.', '文件已损坏。'],
  'error-newer-version': ['This was made by a newer version of GAN Studio. Update to open it.', '由更新版本的 GAN Studio 创建，请升级后打开。'],
  'error-engine-unavailable': ['This engine cannot be used here. Choose another in the settings.', '此引擎在本机不可用，请在设置中选择其他引擎。'],
  'error-engine-failed': ['The engine failed. What was saved is kept.', '引擎出错，已保存的内容不会丢失。'],
  'error-out-of-memory': ['There was not enough memory. Lower the batch size or the network width; what was saved is kept.', '内存不足。请减小批大小或网络宽度，已保存的内容不会丢失。'],
  'error-diverged': ['Training went off course. Lower the learning rates or resume from the checkpoint.', '训练发散。请降低学习率，或从检查点继续。'],
  'error-cancelled': ['Cancelled.', '已取消。'],
  'error-disconnected': ['The connection to the studio was lost.', '与工作室的连接已中断。'],
  'error-bug': ['Something unexpected happened. Your data is kept.', '发生意外错误，你的数据不会丢失。'],
} as const satisfies Texts
