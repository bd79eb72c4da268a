import type { Keywords } from '../../../contract/consent.ts'

// FINE ("end") is not an opt-out word: in English it is a cheerful answer.
export const it: Keywords = {
  optOut: ['STOP', 'FERMA', 'BASTA', 'ANNULLA', 'CANCELLA', 'CANCELLAMI', 'DISISCRIVI', 'DISISCRIVIMI', 'DISISCRIZIONE', 'ESCI', 'REVOCA'],
  optIn: ['INIZIA', 'ATTIVA', 'RIPRENDI', 'ISCRIVI', 'ISCRIVIMI'],
  doubleOptIn: ['SÌ', 'CONFERMO', 'CONFERMA'],
  help: ['AIUTO', 'INFO', 'INFORMAZIONI'],
  custom: [],
  optOutConfirmation: 'Non riceverà più i nostri messaggi. Per riceverli di nuovo, risponda INIZIA.',
  optInConfirmation: 'Da ora riceverà i nostri messaggi. Risponda AIUTO per ricevere assistenza o STOP per non riceverli più.',
  optInPrompt: 'Per ricevere i nostri messaggi, risponda INIZIA. Per ricevere assistenza, risponda AIUTO. Per non riceverli più, risponda STOP.',
  doubleOptInPrompt: 'Per confermare che desidera ricevere i nostri messaggi, risponda CONFERMO. In caso contrario, risponda STOP.',
  helpResponse: 'Scriva qui la sua domanda e le risponderemo. Per non ricevere più i nostri messaggi, risponda STOP.',
  customResponse: null,
}
