use super::super::street::readable;

/// Drawn from the addresses of the Paris file, read and corrected by hand.
const READ_BY_HAND: &[(&str, &str)] = &[
    ("16-20 RUE DES MEUNIERS", "16-20 rue des Meuniers"),
    ("32, RUE DE LA GRANDE TRUANDERIE", "32 rue de la Grande Truanderie"),
    ("LA SAMARITAINE 14, 18 ET 30 RUE DE L'ARBRE SEC", "La Samaritaine, 14, 18 et 30 rue de l'Arbre Sec"),
    ("140A ET 144, RUE DE RIVOLI", "140A et 144 rue de Rivoli"),
    ("130 -134,  RUE MONTMARTRE", "130-134 rue Montmartre"),
    ("45 RUE DU SENTIER - 9, BD POISSONNIERE", "45 rue du Sentier, 9 boulevard Poissonnière"),
    ("7,  RUE D'UZES", "7 rue d'Uzès"),
    ("216 - 218 - 220, RUE SAINT MARTIN", "216-218-220 rue Saint-Martin"),
    ("7 RUE AUX OURS", "7 rue aux Ours"),
    ("10 BIS A 14, QUAI HENRI IV - 11 BD MORLAND", "10 bis-14 quai Henri IV, 11 boulevard Morland"),
    ("50, SAINTE CROIX DE LA BRETONNERIE", "50 Sainte-Croix-de-la-Bretonnerie"),
    ("GROUPE CARMES 47 TER, BOULEVARD SAINT GERMAIN", "Groupe Carmes, 47 ter boulevard Saint-Germain"),
    ("21, RUE GALANDE ET 2 RUE DES ANGLAIS", "21 rue Galande et 2 rue des Anglais"),
    (
        "TERRAIN APHP-LAENNEC - 65-77, RUE VANEAU  4, IMPASSE OUDINOT",
        "Terrain APHP-Laennec, 65-77 rue Vaneau, 4 impasse Oudinot",
    ),
    ("56, RUE CLER PASSAGE DE LA VIERGE", "56 rue Cler, passage de la Vierge"),
    ("6,RUE DE CHAMBIGES", "6 rue de Chambiges"),
    ("37 AVENUE GEORGE V", "37 avenue George V"),
    ("90 RUE LA FAYETTE", "90 rue La Fayette"),
    ("35 A 41, RUE VICTOR MASSE , 54 RUE J.B. PIGALLE", "35-41 rue Victor Massé, 54 rue J.B. Pigalle"),
    ("23, RUE DE LANCRY 16, RUE DU CHÂTEAU D'EAU", "23 rue de Lancry, 16 rue du Château d'Eau"),
    ("43-45 BIS RUE DU FBG DU TEMPLE 1 A 9 RUE BICHAT", "43-45 bis rue du Faubourg du Temple, 1-9 rue Bichat"),
    (
        "1, COUR DES PETITES ECURIES 61, BIS RUE DU FAUBOURG SAINT DENIS",
        "1 cour des Petites Écuries, 61 bis rue du Faubourg Saint-Denis",
    ),
    (
        "21, AVENUE CLAUDE VELLEFAUX\n7-9 AVENUE SAMBRE ET MEUSE",
        "21 avenue Claude Vellefaux, 7-9 avenue Sambre et Meuse",
    ),
    ("44BIS, RUE LUCIEN SAMPAIX", "44 bis rue Lucien Sampaix"),
    ("13-37 RUE ROBERT ET SONIA DELAUNAY", "13-37 rue Robert et Sonia Delaunay"),
    ("IMPASSE CESSELIN 12 RUE PAUL BERT", "Impasse Cesselin, 12 rue Paul Bert"),
    (
        "63 A 75 BD DIDEROT 20 A 20BIS RUE DE REUILLY (CASERNE DE REUILLY LOT B1)",
        "63-75 boulevard Diderot, 20-20 bis rue de Reuilly (caserne de Reuilly, lot B1)",
    ),
    ("1-7 ET 4-10, IMPASSE DRUINOT - 41, RUE DE CITEAUX", "1-7 et 4-10 impasse Druinot, 41 rue de Cîteaux"),
    ("12-24 RUE DE L'AUBRAC ET 16-20 RUE BARON LE ROY", "12-24 rue de l'Aubrac et 16-20 rue Baron Le Roy"),
    ("PORTE DOREE 5 A 9 AVENUE ARMAND ROUSSEAU", "Porte Dorée, 5-9 avenue Armand Rousseau"),
    (
        "15-23, AVENUE CLAUDE REGAUD / 49 BOUTROUX / 8 - 16 BEDIER / 6 YERSIN",
        "15-23 avenue Claude Regaud, 49 Boutroux, 8-16 Bédier, 6 Yersin",
    ),
    ("4, AVENUE DE LA SŒUR ROSALIE", "4 avenue de la Sœur Rosalie"),
    ("ZAC PRG LOTS M10A1 et M10A2", "ZAC PRG, lots M10A1 et M10A2"),
    ("ZAC PARIS RIVE GAUCHE LOT 10A NORD", "ZAC Paris Rive Gauche, lot 10A Nord"),
    (
        "ZAC BEDIER - ILOT YERSIN - AVENUE DE LA PORTE D'IVRY AVENUE CLAUDE REGAUD",
        "ZAC Bédier, îlot Yersin, avenue de la Porte d'Ivry, avenue Claude Regaud",
    ),
    (
        "LOT 3A- 32-34 RUE PERNETY, 5 RUE SAINTE LEONIE , PL. BK/14",
        "Lot 3A, 32-34 rue Pernety, 5 rue Sainte-Léonie, place BK/14",
    ),
    (
        "POLE 2 - LOTS 2B 69 RUE RAYMOND LOSSERAND ( 4 ATELIERS)",
        "Pôle 2, lots 2B, 69 rue Raymond Losserand (4 ateliers)",
    ),
    ("12 AVENUE BOUDON ET 55, RUE JEAN DE LA FONTAINE", "12 avenue Boudon et 55 rue Jean de La Fontaine"),
    ("35 BIS-37, RUE FALGUIERE", "35 bis-37 rue Falguière"),
    ("9 AV PIERRE 1ER DE SERBIE", "9 avenue Pierre 1er de Serbie"),
    ("47, AV. DU MARECHAL FAYOLLE", "47 avenue du Maréchal Fayolle"),
    (
        "GROUPE BERTHIER 2è VAGUE 1-11, RUE DE L'ABBE ROUSSELOT",
        "Groupe Berthier 2e vague, 1-11 rue de l'Abbé Rousselot",
    ),
    ("PORTE D'ASNIERES LOT B1 - B2 -7 RUE STEPHANE GRAPPELLI", "Porte d'Asnières, lot B1-B2, 7 rue Stéphane Grappelli"),
    ("PORTE D'ASNIERES  ILOTS A C D F ET G", "Porte d'Asnières, îlots A C D F et G"),
    (
        "ZAC CARDINET CHALABRE- ILOT 2.1.1 LOT A 149-151, RUE CARDINET",
        "ZAC Cardinet Chalabre, îlot 2.1.1, lot A, 149-151 rue Cardinet",
    ),
    ("5, RUE ERCKMANN CHATRIAN (HS)", "5 rue Erckmann Chatrian"),
    ("15-17, RUE EMILE DUPLOYE (ULS) LOTS 1-3 ET 7", "15-17 rue Émile Duployé, lots 1-3 et 7"),
    ("1-3 RUE MARCADET, 20 A 30 RUE E.DUPLOYE -LOT 1", "1-3 rue Marcadet, 20-30 rue E. Duployé, lot 1"),
    ("5 RUE DU SQUARE CARPEAUX", "5 rue du Square Carpeaux"),
    (
        "LOT 1 - 19 - 19 TER RUE DU DEPARTEMENT 22- 24 RUE D'AUBERVILLIERS",
        "Lot 1, 19-19 ter rue du Département, 22-24 rue d'Aubervilliers",
    ),
    ("54-68, 70-72 ET 109-111, BOULEVARD SERURIER", "54-68, 70-72 et 109-111 boulevard Sérurier"),
    ("33 RUE DE LA COUR DES NOUES", "33 rue de la Cour des Noues"),
    (
        "PLANCHAT VIGNOLES (32-34, RUE TERRE NEUVE 11-37, RUE DES VIGNOLES) 2EME T.",
        "Planchat Vignoles (32-34 rue Terre-Neuve, 11-37 rue des Vignoles), 2e tranche",
    ),
    ("99-101, RUE VILLIERS DE L'ISLE ADAM", "99-101 rue Villiers de l'Isle-Adam"),
    ("48,58,61 RUE DE LA CHINE", "48, 58, 61 rue de la Chine"),
];

#[test]
fn addresses_in_capitals_read_as_people_write_them() {
    for (raw, read) in READ_BY_HAND {
        assert_eq!(readable(raw).address, *read, "{raw}");
    }
}

#[test]
fn ranges_have_one_spelling() {
    for raw in ["16/20 RUE X", "16 A 20 RUE X", "16 - 20, RUE X", "16-20, RUE X", "16 / 20 - RUE X", "16 à 20 rue x"] {
        assert_eq!(readable(raw).address, "16-20 rue X", "{raw}");
    }
}

#[test]
fn a_long_name_loses_whole_pieces_at_its_end_and_the_address_loses_nothing() {
    let read = readable("1 RUE DE LA GLACIERE 2 RUE DES CHENES 3 RUE DU CHATEAU DES RENTIERS 4 RUE DE LA REPUBLIQUE");
    assert_eq!(read.name, "1 rue de la Glacière, 2 rue des Chênes, 3 rue du Château des Rentiers");
    assert!(read.address.ends_with(", 4 rue de la République"));
}

#[test]
fn what_is_not_understood_is_kept() {
    for (raw, read) in [
        ("", ""),
        ("---", "---"),
        ("(", "("),
        ("7", "7"),
        ("RUE", "Rue"),
        ("ET", "ET"),
        ("LOT", "Lot"),
        ("(7 RUE X", "(7 rue X)"),
    ] {
        assert_eq!(readable(raw).address, read, "{raw:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(raw in "[A-Z0-9 ,()/'.à-]{0,60}|.{0,60}") {
        let _ = readable(&raw);
    }
}
