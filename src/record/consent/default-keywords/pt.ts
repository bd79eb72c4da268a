import type { Keywords } from '../../../contract/consent.ts'

export const pt: Keywords = {
  optOut: ['STOP', 'PARAR', 'PARE', 'SAIR', 'CANCELAR', 'CANCELAR INSCRIÇÃO', 'DESCADASTRAR', 'DESINSCREVER', 'REVOGAR'],
  optIn: ['INICIAR', 'COMEÇAR', 'RETOMAR', 'ASSINAR', 'INSCREVER', 'CADASTRAR'],
  doubleOptIn: ['SIM', 'CONFIRMO', 'CONFIRMAR', 'ACEITO'],
  help: ['AJUDA', 'INFO', 'INFORMAÇÃO', 'INFORMAÇÕES'],
  custom: [],
  optOutConfirmation: 'Cancelamos o envio de mensagens para este contato. Para voltar a receber, responda INICIAR.',
  optInConfirmation: 'Pronto! Suas mensagens foram ativadas. Responda AJUDA para obter ajuda ou PARAR para cancelar.',
  optInPrompt: 'Para receber nossas mensagens, responda INICIAR. Se precisar de ajuda, responda AJUDA. Para cancelar, responda PARAR.',
  doubleOptInPrompt: 'Para confirmar que deseja receber nossas mensagens, responda SIM. Se preferir cancelar, responda PARAR.',
  helpResponse: 'Escreva sua pergunta e responderemos por aqui. Para deixar de receber nossas mensagens, responda PARAR.',
  customResponse: null,
}
