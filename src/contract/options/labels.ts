/** What is done with the classes, and with pictures that have none. */
import type { OptionSpec } from '../option-spec.ts'

export const labelOptions = {
  classMethod: {
    type: 'choice', group: 'labels', choices: ['projection', 'classifier', 'k+1'], default: 'projection',
    choiceLabels: { 'projection': { en: 'Projection', zh: '投影' }, 'classifier': { en: 'Classifier', zh: '分类器' }, 'k+1': { en: 'K+1 classes', zh: 'K+1 类' } },
    label: { en: 'How classes are judged', zh: '类别判别方式' },
    help: {
      en: 'Projection: the discriminator asks whether a picture is real for its class (Miyato 2018). Classifier: it also says which class it sees (ACGAN). K+1: "generated" is one more class (SGAN); good where few pictures have labels.',
      zh: '投影：判别器判断图片对其类别是否真实（Miyato 2018）；分类器：另外判断属于哪一类（ACGAN）；K+1：把“生成”作为额外一类（SGAN），适合标注很少的情形。',
    },
  },
  balance: {
    type: 'choice', group: 'labels', choices: ['auto', 'on', 'off'], default: 'auto',
    choiceLabels: { auto: { en: 'Automatic', zh: '自动' }, on: { en: 'Equal', zh: '均等' }, off: { en: 'As they are', zh: '按原比例' } },
    label: { en: 'Balance classes', zh: '类别均衡' },
    help: {
      en: 'How often each class is shown. Automatic: equally often, but no picture more than 8 times as often as its class calls for, so that a class of five is not learned by heart.',
      zh: '各类别出现的频率。自动：均等出现，但不超过其自然比例的 8 倍，以免只有五张的类别被死记硬背。',
    },
  },
  classWeights: {
    type: 'switch', group: 'labels', default: false,
    label: { en: 'Class weights', zh: '类别权重' },
    help: { en: 'Pictures of rare classes count more in the losses, up to 4 times (class-balanced loss, Cui 2019).', zh: '稀有类别的图片在损失中权重更大，最多 4 倍（class-balanced loss，Cui 2019）。' },
  },
  transition: {
    type: 'number', group: 'labels', min: 0, max: 0.9, default: 0, unit: 'share',
    label: { en: 'Transitional start', zh: '过渡式开始' },
    help: {
      en: 'Share of the run over which classes come in, from not at all to fully (transitional cGAN, 2022). Helps where few pictures make a conditional network collapse.',
      zh: '类别信息从无到有逐渐引入所占的训练比例（transitional cGAN，2022）。图片较少、条件网络容易崩溃时有帮助。',
    },
  },
  classLoss: {
    type: 'number', group: 'labels', min: 0, max: 20, default: 1, log: true,
    label: { en: 'Class loss', zh: '类别损失' },
    help: { en: "Weight of the classifier's cross-entropy in both networks. With K+1 classes, 1 is the textbook value.", zh: '分类器交叉熵在两个网络中的权重。K+1 类时，1 为标准值。' },
  },
  classHead: {
    type: 'number', group: 'labels', min: 0, max: 20, default: 0, log: true,
    label: { en: 'Classifier of known features', zh: '预训练特征分类器' },
    help: {
      en: "Before the run a small classifier learns your classes from what MobileNetV2 sees in the labelled pictures, and then stays as it is. Weight of its cross-entropy in the generator's loss: pictures should be taken for the class they were asked for. 0: none.",
      zh: '训练开始前，先用 MobileNetV2 在已标注图片中看到的特征训练一个小分类器，之后不再改变。此值为其交叉熵在生成器损失中的权重：生成的图片应被认作所要求的类别。0 为不使用。',
    },
  },
  pseudoLabels: {
    type: 'number', group: 'labels', min: 0, max: 0.999, default: 0,
    label: { en: 'Pseudo-labels from', zh: '伪标签阈值' },
    help: {
      en: 'Unlabelled pictures count as the class that the classifier gives at least this probability; 0 leaves them without. Needs the classifier or K+1 classes.',
      zh: '分类器给出的概率不低于此值时，未标注图片按该类别参与训练；0 为不使用。需选择分类器或 K+1 类。',
    },
  },
} as const satisfies Record<string, OptionSpec>
