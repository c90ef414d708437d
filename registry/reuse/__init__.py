"""Does this exist already? What a text asks for, sentence by sentence, beside what the catalogue's entries say."""
