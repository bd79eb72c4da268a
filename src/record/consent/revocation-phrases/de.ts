import type { RevocationPhrases } from '../revocation-phrases.ts'

export const de: RevocationPhrases = {
  language: 'de',
  spaced: true,
  phrases: [
    'hor(t|en sie|e|en)? ((bitte|endlich|jetzt|doch|mal|sofort|damit) ){0,3}auf( damit)? ((mir|mich|uns|immer|standig|dauernd'
      + '|nachrichten|sms|solche|diese) ){0,3}(zu|schreiben|schicken|senden|anzuschreiben|nachrichten|sms|.)',
    '(bitte|ab sofort|ab jetzt|will|mochte|wunsche|.) ((ich|wir|von|euch|ihnen|bitte|hiermit|nie|auch) ){0,3}(keine|keinerlei'
      + '|nie wieder) ((weiteren|weitere|solchen|solche|diese|eure|ihre) ){0,2}(nachrichten?|sms|werbung|werbenachrichten'
      + '|mitteilungen|mails|benachrichtigungen) ((von|euch|ihnen|dieser|art) ){0,2}(mehr|erhalten|bekommen|empfangen|schicken'
      + '|senden|zusenden|bitte|.)',
    '(schreib|schreibt|schreiben sie|kontaktiert?|kontaktieren sie|schick|schickt|schicken sie|senden sie|sendet|belastigt?'
      + '|belastigen sie) ((mir|mich|uns|bitte) ){0,2}((nie|nicht|nichts) (mehr|wieder)'
      + '|keine ~mehr)',
    'nicht mehr (kontaktiert|angeschrieben|belastigt) werden',
    'bitte nicht mehr (schreiben|anschreiben|kontaktieren|belastigen)',
    '(mir|mich|uns) ((bitte|nie|wieder|ab|sofort) ){0,2}(nicht|nichts|nie|keine) ~mehr (schreiben|schicken|senden'
      + '|kontaktieren|anschreiben|zu schreiben|zu schicken|zu kontaktieren)',
    '(lasst|lass|lassen sie) ((mich|uns|bitte|endlich|einfach|doch) ){1,4}in (ruhe|frieden)',
    '(nehmt|nehmen sie|nimm|streicht?|streichen sie|entfernt?|entfernen sie|loscht?|loschen sie) ((mich|uns|bitte|meine'
      + '|nummer|handynummer|telefonnummer|daten) ){1,4}(von|aus) ~(liste|listen|verteiler|datenbank|kartei|system)',
    '(loscht?|loschen sie) (bitte )?meine (handy|telefon)?nummer( bitte)? .',
    '(meldet?|melden sie) mich ((bitte|sofort|von|diesen|den|nachrichten) ){0,4}ab',
    '(mochte|will|wollte|wurde) mich ~abmelden',
    '(bitte|wie|kann ich mich) ~abmelden',
    '(nachrichten|sms) ((bitte|sofort) ){0,2}abbestellen',
    '(widerrufe|widerrufen|ziehe|entziehe) ((ich|hiermit|ihnen|meine) ){1,4}(einwilligung|zustimmung)',
    'unterlass(t|en sie|e) ((es|bitte|das|weitere|mir) ){0,3}(nachrichten|zu schreiben|kontaktaufnahme*)',
  ],
  not: [
    '(bekomme|erhalte|bekam|erhielt|kriege|kommen|kamen|habe|sehe|empfange|sind|gibt es|bekommt|bekommen) ~(keine|nichts)'
      + ' ~mehr',
    '(nicht|nie) ~auf',
    'nicht ~abmelden',
    'melde* mich nicht ab',
    'keine ~(verpassen|verlieren|mehr ankommen|mehr an|mehr angezeigt)',
  ],
}
