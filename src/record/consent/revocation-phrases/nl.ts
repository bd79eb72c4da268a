import type { RevocationPhrases } from '../revocation-phrases.ts'

export const nl: RevocationPhrases = {
  language: 'nl',
  spaced: true,
  phrases: [
    '(stop|stoppen|hou op|houd op|ophouden|kap|kappen) ((nu|eens|aub|a u b|alsjeblieft|alstublieft|onmiddellijk) ){0,2}met'
      + ' ((mij|me|ons|deze|die|het|al|jullie|uw|steeds|sturen van) ){0,4}(berichten|berichtjes|bericht|sms*|appen|apps|appjes'
      + '|mailen|sturen|te sturen|lastig*|stalken|spam*|contact*|bellen)',
    '(wil|wens|wilt u|aub|alsjeblieft|graag|.) ((ik|voortaan|van|jullie|u|liever|echt) ){0,3}geen ((enkele|verdere|zulke'
      + "|reclame) )?(berichten|berichtjes|bericht|sms|sms'jes|appjes|reclame|spam|mails|meldingen) ((van|jullie|u|jou)"
      + ' ){0,2}(meer|ontvangen|krijgen)',
    '(stuur|stuurt|app|sms|bericht|benader|contacteer|schrijf|bel)( u)? ((mij|me|ons|aub|alsjeblieft|alstublieft|nu)'
      + ' ){0,3}(niet|nooit|niks|niets|geen) ~meer',
    'neem ((aub|alsjeblieft) )?(geen|nooit) ~contact ~op',
    '(niet|niks|niets|geen berichten) meer (sturen|appen|smsen|berichten|contacteren|benaderen|lastigvallen)',
    'niet meer (door jullie )?(benaderd|gecontacteerd|lastiggevallen) worden',
    '(laat|laten) ((me|mij|ons|u|jullie|nu|eens|toch|aub|alsjeblieft) ){1,3}met rust',
    '(haal|haalt|verwijder|schrap|gooi|wis) ((u|mij|me|ons|mijn|nummer|naam|gegevens|telefoonnummer|aub|alsjeblieft)'
      + ' ){1,4}(van|uit) ~(lijst|lijsten|bestand|database|systeem|mailinglijst|verzendlijst)',
    '(verwijder|wis) ((aub|alsjeblieft) )?mijn (telefoon)?nummer( aub| alsjeblieft)? .',
    '(schrijf|schrijft u) (mij|me) ~uit',
    '(meld|meldt u) (mij|me) ~af',
    '(wil|wens|hoe kan ik|zou) ((ik|me|mij|graag|hiervoor|nu) ){0,3}(uitschrijven|afmelden)',
    '(graag|aub) (uitschrijven|afmelden)',
    '(trek ((ik|hierbij) )?mijn toestemming in|mijn toestemming intrekken)',
  ],
  not: [
    '(stop|hou) ((alsjeblieft|aub|op) )?niet( op)?( met)?',
    '(krijg|ontvang|kreeg|zie|komen|heb|krijgen|ontvangen) (ik )?~geen ~meer',
    'niet (uitschrijven|afmelden|stoppen|missen)',
    'geen ~(missen|kwijt*)',
  ],
}
