import type { Texts } from './index.ts'

/** Pictures that are left where the person has them. */
export const placesTexts = {
  folderInPlace: ['Choose folder and leave its pictures there …', '选择文件夹，图片留在原处……'], addFolderInPlace: ['Add a folder and leave its pictures there …', '添加文件夹，图片留在原处……'],
  thePictures: ['The pictures', '图片'], 'keep-copy': ['Copy into the studio', '复制到工作室'], 'keep-place': ['Leave where they are', '留在原处'],
  'keep-copy-hint': ['The data set stays whole, whatever becomes of your files.', '无论你的文件如何变化，数据集都保持完整。'],
  'keep-place-hint': ['Nothing is copied: the studio reads your files where they are, and you can show it where they went. Archives and pasted pictures are always copied.', '不复制：工作室直接读取原处的文件；移动后可重新指定位置。压缩包和粘贴的图片始终会被复制。'],
  leftIn: ['{0} ({1}) {0:was|were} left in {2}.', '{0}（{1}）留在 {2}。'], leftInMany: ['{0} ({1}) {0:was|were} left in folders of yours.', '{0}（{1}）留在你的文件夹中。'],
  placesGone: ['No longer where {1:it was|they were}: {0} of {1} {1:picture|pictures}.', '{1} 张图片中有 {0} 张已不在原处。'], placesChanged: ['Changed since then, so not used: {0} of {1} {1:picture|pictures}. Import {0:it|them} again to take {0:it as it is|them as they are} now.', '{1} 张图片中有 {0} 张此后被改动，因此不会使用。如需采用现在的内容，请重新导入。'],
  placesUnreadable: ['Not readable where {1:it is|they are}: {0} of {1} {1:picture|pictures}.', '{1} 张图片中有 {0} 张在原处无法读取。'], placesRest: ['Training goes on without them. Connect their drive, or show where they are now.', '训练将不使用它们。请连接所在的磁盘，或指定它们现在的位置。'],
  whichLost: ['Which they are', '具体文件'], checkPlaces: ['Check', '检查'], findAgain: ['Find them again …', '重新查找……'], copyIn: ['Copy into the studio', '复制到工作室'], copyInHint: ['Needs {0}; your files stay as they are.', '需要 {0}；你的文件保持不变。'],
  foundAgain: ['{0} found again', '已重新找到 {0}'], foundNone: ['None of them is in that folder', '该文件夹中没有找到'], copiedIn: ['{0} copied into the studio', '已将 {0}复制到工作室'], allThere: ['All pictures are where they were', '所有图片都在原处'], someLost: ['{0} {0:is not where it was|are not where they were}', '{0}不在原处'],
  nameFolder: ['Which folder?', '哪个文件夹？'], folderPath: ['Path on the computer where the studio runs', '运行工作室的计算机上的路径'], nameFolderHint: ['A browser shows pages no folders of the computer, so its path is needed: it begins with {0}.', '浏览器不会让网页看到计算机上的文件夹，因此需要填写路径，以 {0} 开头。'], useFolder: ['Use this folder', '使用此文件夹'],
  'use-referenced': ['Left in your folders', '留在你的文件夹中'], referencedText: ['{0} are read from your own folders and take no room here.', '另有 {0} 直接从你的文件夹读取，不占用此处空间。'],
} as const satisfies Texts
