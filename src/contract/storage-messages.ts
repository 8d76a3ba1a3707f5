/** What stands in the way of long writes, of moving data and of removing it; part of the table in messages.ts. */
import type { Words } from './option-spec.ts'

export const storageMessages = {
  'refused.noRoom': { en: '{what} needs about {needed} MB and the disk has {free} MB left. Free some space and try again.', zh: '{what}约需 {needed} MB，而磁盘只剩 {free} MB。请腾出空间后重试。' },
  'room.import': { en: 'The import', zh: '导入' },
  'room.pictures': { en: 'Keeping these pictures', zh: '保存这些图片' },
  'room.copyIn': { en: 'Copying the pictures', zh: '复制图片' },
  'room.move': { en: 'Moving the data folder', zh: '移动数据文件夹' },
  'room.export': { en: 'This export', zh: '此次导出' },
  'room.copies': { en: 'Writing these copies', zh: '写入这些副本' },
  'room.run': { en: 'A training run', zh: '训练' },
  'room.model': { en: 'This model', zh: '该模型' },

  'refused.restTraining': { en: 'A run is training. Pause or stop it before {before}.', zh: '正在训练。{before}之前，请先暂停或停止训练。' },
  'refused.restWork': { en: 'Something is under way ({work}). Wait until that is done, or cancel it, before {before}.', zh: '有任务正在进行（{work}）。{before}之前，请等待其完成或取消。' },
  'before.caches': { en: 'the caches are cleared', zh: '清除缓存' },
  'before.unused': { en: 'unused pictures are removed', zh: '移除未使用的图片' },
  'before.move': { en: 'the data folder is moved', zh: '移动数据文件夹' },

  'refused.pathWhole': { en: 'Expected a whole path, such as {example}, found "{path}".', zh: '应为完整路径，如 {example}，实际为“{path}”。' },
  'refused.pathGone': { en: '"{path}" is not there. Check that its drive is connected and that it was not moved.', zh: '“{path}”不存在。请检查磁盘是否已连接、文件夹是否已移动。' },
  'refused.pathFile': { en: '"{path}" is a file. Name a folder.', zh: '“{path}”是文件。请指定文件夹。' },
  'refused.placeParent': { en: '{folder} is not there. Connect the drive, or make that folder first.', zh: '{folder} 不存在。请连接磁盘，或先创建该文件夹。' },
  'refused.placeInside': { en: '{folder} is inside the data folder or is it. Choose a folder elsewhere.', zh: '{folder} 就是数据文件夹或位于其中。请选择别处的文件夹。' },
  'refused.placeNone': { en: '{folder} is no folder, or cannot be looked into. Name a new one.', zh: '{folder} 不是文件夹或无法查看。请指定新的文件夹。' },
  'refused.placeFull': { en: '{folder} is not empty and was left as it is. Name a new folder, or an empty one.', zh: '{folder} 不是空文件夹，已保持原样。请指定新的或空的文件夹。' },
  'refused.placeBoth': { en: '"{file}" is in both folders, and not the same. It is none of the studio\'s: take it out of one of them, then move again.', zh: '“{file}”在两个文件夹中都有且内容不同。它不属于工作室：请从其中一个移走，然后重新移动。' },
  'refused.dataChanged': { en: 'Something in the data folder changed while it was copied. It stays where it was; try again in a moment.', zh: '复制期间数据文件夹有变动，仍留在原处。请稍后重试。' },
  'refused.moving': { en: 'The data folder is being moved. Wait until that is done, or cancel it.', zh: '正在移动数据文件夹。请等待完成，或取消。' },
} as const satisfies Record<string, Words>
