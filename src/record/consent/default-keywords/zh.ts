import type { Keywords } from '../../../contract/consent.ts'

// Simplified and traditional characters. TD, for 退订, is what people in China are used to reply.
export const zh: Keywords = {
  optOut: ['退订', '退訂', 'TD', '取消订阅', '取消訂閱', '停止', '拒收', '终止', '終止', 'STOP'],
  optIn: ['开始', '開始', '订阅', '訂閱', '恢复', '恢復'],
  doubleOptIn: ['确认', '確認', '是', '是的', '同意'],
  help: ['帮助', '幫助', '说明', '說明'],
  custom: [],
  optOutConfirmation: '您已退订，我们不会再向您发送消息。如需重新接收，请回复“开始”。',
  optInConfirmation: '您已同意接收我们的消息。需要帮助请回复“帮助”，退订请回复“退订”。',
  optInPrompt: '如需接收我们的消息，请回复“开始”。需要帮助请回复“帮助”。您可以随时回复“退订”来取消。',
  doubleOptInPrompt: '请回复“确认”，以确认您愿意接收我们的消息。如不愿意，请回复“退订”。',
  helpResponse: '请在此写下您的问题，我们会为您解答。如不想再收到消息，请回复“退订”。',
  customResponse: null,
}
