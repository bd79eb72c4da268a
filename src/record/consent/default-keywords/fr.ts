import type { Keywords } from '../../../contract/consent.ts'

export const fr: Keywords = {
  optOut: [
    'STOP', 'ARRÊT', 'ARRÊTER', 'ARRÊTEZ', 'DÉSABONNER', 'DÉSABONNEMENT', 'DÉSINSCRIRE', 'DÉSINSCRIPTION', 'ANNULER', 'RÉSILIER',
    'RÉVOQUER', 'STOP SMS',
  ],
  optIn: ['COMMENCER', 'DÉMARRER', 'DÉBUT', 'REPRENDRE', 'ABONNER', 'INSCRIRE', 'INSCRIPTION'],
  doubleOptIn: ['OUI', 'CONFIRMER', 'CONFIRME', 'JE CONFIRME'],
  help: ['AIDE', 'INFO', 'INFOS'],
  custom: [],
  optOutConfirmation: 'Vous ne recevrez plus de messages de notre part. Pour en recevoir à nouveau, répondez REPRENDRE.',
  optInConfirmation: "Vous recevrez désormais nos messages. Répondez AIDE pour obtenir de l'aide ou STOP pour ne plus en recevoir.",
  optInPrompt: "Pour recevoir nos messages, répondez COMMENCER. Pour obtenir de l'aide, répondez AIDE. Pour ne plus en recevoir, répondez STOP.",
  doubleOptInPrompt: 'Pour confirmer que vous souhaitez recevoir nos messages, répondez OUI. Sinon, répondez STOP.',
  helpResponse: 'Posez votre question ici et nous vous répondrons. Pour ne plus recevoir nos messages, répondez STOP.',
  customResponse: null,
}
