import type { RevocationPhrases } from '../revocation-phrases.ts'

export const it: RevocationPhrases = {
  language: 'it',
  spaced: true,
  phrases: [
    '(smett(i|a|ano|ete|ere|erla)|smettila|smettetela|smettiamola|finitela|piantatela|basta) ((ora|subito|per favore|una'
      + ' volta per tutte) )?(di|con) ((mandar|inviar|scriver|contattar|chiamar|disturbar|importunar)(mi|ci)|(mandare|inviare)'
      + ' ~(messaggi|sms|pubblicita)|(i|questi|sti|tutti) ~(messaggi|sms)|messaggi|sms)',
    'non (mi |ci )?(scriv|mand|invi|contatt|chiam|disturb|importun)(ete|ate|atemi|etemi|a|i|ermi|armi|ere|are|ino|ano|atemi'
      + '|iatemi) ~piu',
    'non (voglio|desidero|vogliamo|gradisco|vorrei) ((piu|ricevere|i|vostri|questi|altri|nessun|dei|di|alcun|ulteriori|vostre'
      + '|le) ){0,4}(messaggi?|messaggio|sms|pubblicita|comunicazioni|notifiche|promozioni)',
    'non (voglio|desidero) piu (essere (contattat|disturbat)*|sentirvi|ricevere (nulla|niente))',
    '(lasciatemi|lasciami|mi lasci|mi lasciate|lasciateci) (in pace|stare|perdere)',
    '(toglietemi|toglimi|mi tolga|cancellatemi|cancellami|rimuovetemi|rimuovimi|eliminatemi|eliminami|mi cancelli|mi rimuova'
      + '|mi cancellate|mi togliete|toglie(te|re) il mio (numero|nome|contatto)|rimuovete il mio (numero|nome)) d(a|al|alla|alle'
      + '|ai|agli) ~(lista|liste|elenco|elenchi|database|rubrica|contatti)',
    '(cancellate|cancelli|eliminate|elimini|cancella) il mio numero',
    '(voglio|vorrei|come posso|come faccio a|desidero|per favore) (disiscriver|cancellar)mi( .| da (questi|quest|vostri'
      + '|tutti)*)',
    '(disiscrivetemi|disiscrivimi|mi disiscriva)',
    '(niente|nessun|basta|. non) (altri |altro |piu |con i |con questi |questi )?(messaggi|messaggio|sms)',
    '(revoco|ritiro|revocare|ritirare) il (mio )?consenso',
  ],
  not: [
    'non (mi )?(smett*|voglio smettere|disiscriv*|voglio disiscriver*)( di)?',
    '(perche|come mai|da quando|da giorni|ieri) (voi )?non (mi )?~piu',
    'non (ho|ricevo|arrivano|mi arrivano)',
  ],
}
