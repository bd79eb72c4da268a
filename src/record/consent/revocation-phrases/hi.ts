import type { RevocationPhrases } from '../revocation-phrases.ts'

export const hi: RevocationPhrases = {
  language: 'hi',
  spaced: true,
  phrases: [
    '(मैसेज|मेसेज|संदेश|सन्देश|एसएमएस|sms|message|msg|messages)(ों)? ((भेजना|करना|देना|को|अब|तुरंत|कृपया|प्लीज|जल्दी|से)'
      + ' ){0,3}(बंद|बन्द|रोक) (कर|करो|करें|करे|करिए|कीजिए|करिये|दो|दें|दीजिए)( दो| दें| दीजिए| दे)?',
    '(मैसेज|मेसेज|संदेश|सन्देश|एसएमएस|sms|message|msg) (मत|ना|न|नहीं) (भेज|कर)*',
    '(मत|ना|न) (भेजो|भेजें|भेजिए|भेजना) ((मुझे|और|कोई|ये) ){0,2}(मैसेज|संदेश|एसएमएस)',
    'मुझे ~(संपर्क|सम्पर्क|परेशान|तंग|डिस्टर्ब) (मत|न|ना|नहीं) (कर)*',
    '(मैसेज|मेसेज|संदेश|सन्देश|एसएमएस) ((पाना|लेना|प्राप्त|करना|अब|और|बिल्कुल) ){0,3}नहीं (चाहिए|चाहिये|चाहता|चाहती|चाहते)',
    'मुझे (अकेला|अकेले) छोड़ (दो|दें|दीजिए)',
    'मेरा पीछा छोड़*',
    '(मेरा|मेरे) (नंबर|नम्बर|नाम|फोन नंबर) ((अपनी|को|से|सूची|लिस्ट|आपकी) ){0,4}(हटा|निकाल|डिलीट|मिटा)*',
    'मुझे ((अपनी|इस|आपकी) )?(सूची|लिस्ट|ग्रुप) से ~(हटा|निकाल)*',
    '(मुझे )?(अनसब्सक्राइब|अनसब्स्क्राइब) (कर|करना)*',
    '(मैं )?(अपनी )?सहमति (वापस|रद्द) *',
    '(message|msg|messages|msgs|sms|massage) (mat|na|nahi|nhi|mt) (bhejo|bhejna|bheje|bhejen|bhejiye|karo|karna|kare|kro)',
    '(message|msg|messages|msgs|sms) ((bhejna|karna|aana) )?(band|bandh) (karo|kare|karen|kar|kijiye|kro)( do)?',
    '(message|msg|messages|msgs|sms) (nahi|nhi|nahin|nai) (chahiye|chaiye|chahie)',
    'mujhe ~(pareshan|tang|contact|disturb) (mat|na|mt) (karo|kare|karna|kro)',
    'mera (phone )?(number|no) ~(hata|delete|nikal)*',
    'mujhe akela chhod*',
  ],
  not: [
    '(बंद|बन्द) (मत|न|ना|नहीं) कर*',
    '(मैसेज|मेसेज|संदेश) ~नहीं (आ|मिल)*',
    '(message|msg) ~(nahi|nhi) (aa|mil)*',
    'band (mat|na|mt) kar*',
  ],
}
