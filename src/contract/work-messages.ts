/** Long work by its kind; part of the table in messages.ts. */
import type { ActivityKind } from './data.ts'
import type { Words } from './option-spec.ts'

export const workMessages = {
  'work.import': { en: 'Importing pictures', zh: '导入图片' },
  'work.generate': { en: 'Generating pictures', zh: '生成图片' },
  'work.sheet': { en: 'Drawing a sample sheet', zh: '绘制样本图' },
  'work.export': { en: 'Exporting', zh: '导出' },
  'work.duplicates': { en: 'Looking for near-duplicates', zh: '查找近似重复' },
  'work.expand': { en: 'Writing augmented copies', zh: '生成增强副本' },
  'work.split': { en: 'Splitting the data set', zh: '划分数据集' },
  'work.measure-engines': { en: 'Measuring engines', zh: '测量引擎' },
  'work.score': { en: 'Comparing with your pictures', zh: '与你的图片比较' },
  'work.invert': { en: 'Looking for pictures in latent space', zh: '在潜在空间中寻找图片' },
  'work.enlarge': { en: 'Enlarging pictures', zh: '放大图片' },
  'work.translate': { en: 'Translating pictures', zh: '转换图片' },
  'work.train-encoder': { en: 'Training an encoder', zh: '训练编码器' },
  'work.encode': { en: 'Finding latents', zh: '求潜在向量' },
  'work.install-engine': { en: 'Installing TensorFlow', zh: '安装 TensorFlow' },
  'work.measure-pictures': { en: 'Measuring pictures', zh: '测量图片' },
  'work.head': { en: 'Training a classifier', zh: '训练分类器' },
  'work.export-head': { en: 'Exporting a classifier', zh: '导出分类器' },
  'work.look': { en: 'Looking at every picture', zh: '查看每张图片' },
  'work.check-places': { en: 'Looking where pictures are', zh: '检查图片位置' },
  'work.relink': { en: 'Finding pictures again', zh: '重新查找图片' },
  'work.copy-in': { en: 'Copying pictures into the studio', zh: '将图片复制到工作室' },
  'work.move-data': { en: 'Moving the data folder', zh: '移动数据文件夹' },
  'work.inspect': { en: 'Asking the discriminator', zh: '询问判别器' },
  'work.label': { en: 'Proposing classes', zh: '建议类别' },
  'work.nearest': { en: 'Looking through your pictures', zh: '查找你的图片' },
} as const satisfies Record<`work.${ActivityKind}`, Words>
