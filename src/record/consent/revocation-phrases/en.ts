import type { RevocationPhrases } from '../revocation-phrases.ts'

export const en: RevocationPhrases = {
  language: 'en',
  spaced: true,
  phrases: [
    '(stop|quit|cease) ((sending|giving|with) )?((me|us|to|this|these|those|the|all|your|any|more|damn|stupid|annoying|spam'
      + '|marketing|promotional|text|sms) ){0,3}(text|texts|texting|txting|message|messages|messaging|msgs?|msging|messging|txts?|sms'
      + '|contacting|contact|spam|spamming|bothering|harassing|emailing|pestering|ads)',
    '(stop|quit) sending (me |us )?(this|these|those|things|stuff|shit|crap)',
    '. (ok |okay |just |please |pls |plz ){0,2}(stop|unsubscribe|cease)( it| this| that| now| already| please| pls| plz|'
      + ' immediately| thanks| thank you| asap| stop){0,3} .',
    '. (ok |okay |just |please |pls |plz ){0,2}(go away|cease and desist)( now| please| already)? .',
    '(no|not) (more|another|any more) ((of|these|those|your|damn|spam|marketing|promotional|text) ){0,2}(texts|messages?'
      + '|msgs?|sms|spam|ads|promotions|emails)',
    'leave (me|us) (the (hell|fuck|heck) )?alone',
    '(take|remove|delete|get|drop) (me|us|this number|my (phone |cell |mobile )?(number|name|contact|info|details)) (off|from'
      + '|out of) ~(lists?|database|system|records|contacts|texts|messages)',
    '(please |pls )?(remove|unlist) me( please| now| asap)? .',
    '(lose|forget) my (phone |cell |mobile )?number',
    "(don'?t|do not|never|not) ((ever|you) )?(contact|text|message|msg|sms|spam|bother|email|write|write to) (me|us|this"
      + ' number)( again| ever| any ?more| please| at all| .)',
    "(don'?t|do not|never|not) (ever )?(call|contact) me ((ever|back) )?(again|any ?more)",
    "(don'?t|do not|no longer|never) (want|wish|care|agreed?|consent|signed? up)( to)? ((get|getting|receive|receiving|see"
      + '|seeing|have|be|for|any|these|those|this|your|more|further|such|spam|marketing|promotional|text) ){0,4}(texts?|texted|messages?'
      + '|messaged|msgs?|sms|spam|notifications?|alerts|promotions|ads|contacted)',
    "(don'?t|do not|no longer|never) (want|wish) to (ever )?hear from (you|u)",
    'un ?subs?c*',
    'unsc?u?[a-z]{0,3}[cs][a-z]{0,3}[bv](e|es|ing|er|tion)?',
    'usub?scribe*',
    'opt (me|us|my number) out',
    'opting out',
    '(like|want|wish|need|please|how (do|can|to)|i|to|wanna) opt out',
    '(revoke|revoking|withdraw|withdrawing) ((my|all|any|prior) ){0,2}(consent|permission)',
    '(cancel|end|discontinue) ((my|the|these|this|all|your|sending) ){0,2}(texts|text messages?|messages|messaging|sms|alerts'
      + '|notifications)',
  ],
  not: [
    "(don'?t|do not|never|can'?t|cannot|couldn'?t|didn'?t|did not|won'?t|doesn'?t|wouldn'?t|not) ((ever|want|need|have|wish"
      + '|mean|trying|you|to|going) ){0,3}(stop|quit|cease|un ?sub*|opt out|opt me out|cancel)',
    '(did|have|has|had|if|when|since) (you|they|it|he|she)( guys| all)? (stop*|quit)',
    '(bus|train|tram) stop',
    '(waiting|wait|guest|shopping|wish) list|waitlist',
    "(there are|there were|are there|i have|i had|i see|i get|i got|i'm getting|i receive|i received|getting|have had) no"
      + ' more ~(texts?|messages?|emails|sms)',
    '(i was|i got|i been|been|was|got|am|accidentally|mistakenly) unsub*',
    'you (never|do not|don.t) (contact|text|message|write|write to) (me|us)',
    'unscramble*',
  ],
}
