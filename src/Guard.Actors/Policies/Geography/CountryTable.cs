namespace Guard.Actors.Policies.Geography;

/// <summary>
/// ISO 3166-1 alpha-2 codes with English short names, GeoIP continent codes and the UN M49 regions they lie in, innermost first.
/// Taiwan and Kosovo, which M49 does not list, stand with their neighbours.
/// </summary>
internal static class CountryTable
{
    public const string Text = """
        AD|Andorra|EU|39 150
        AE|United Arab Emirates|AS|145 142
        AF|Afghanistan|AS|34 142
        AG|Antigua and Barbuda|NA|29 419 3 19
        AI|Anguilla|NA|29 419 3 19
        AL|Albania|EU|39 150
        AM|Armenia|AS|145 142
        AO|Angola|AF|17 202 2
        AQ|Antarctica|AN|
        AR|Argentina|SA|5 419 19
        AS|American Samoa|OC|61 9
        AT|Austria|EU|155 150
        AU|Australia|OC|53 9
        AW|Aruba|NA|29 419 3 19
        AX|Aland Islands|EU|154 150
        AZ|Azerbaijan|AS|145 142
        BA|Bosnia and Herzegovina|EU|39 150
        BB|Barbados|NA|29 419 3 19
        BD|Bangladesh|AS|34 142
        BE|Belgium|EU|155 150
        BF|Burkina Faso|AF|11 202 2
        BG|Bulgaria|EU|151 150
        BH|Bahrain|AS|145 142
        BI|Burundi|AF|14 202 2
        BJ|Benin|AF|11 202 2
        BL|Saint Barthelemy|NA|29 419 3 19
        BM|Bermuda|NA|21 3 19
        BN|Brunei|AS|35 142
        BO|Bolivia|SA|5 419 19
        BQ|Bonaire|NA|29 419 3 19
        BR|Brazil|SA|5 419 19
        BS|Bahamas|NA|29 419 3 19
        BT|Bhutan|AS|34 142
        BV|Bouvet Island|AN|5 419 19
        BW|Botswana|AF|18 202 2
        BY|Belarus|EU|151 150
        BZ|Belize|NA|13 419 3 19
        CA|Canada|NA|21 3 19
        CC|Cocos Islands|AS|53 9
        CD|Democratic Republic of the Congo|AF|17 202 2
        CF|Central African Republic|AF|17 202 2
        CG|Congo|AF|17 202 2
        CH|Switzerland|EU|155 150
        CI|Ivory Coast|AF|11 202 2
        CK|Cook Islands|OC|61 9
        CL|Chile|SA|5 419 19
        CM|Cameroon|AF|17 202 2
        CN|China|AS|30 142
        CO|Colombia|SA|5 419 19
        CR|Costa Rica|NA|13 419 3 19
        CU|Cuba|NA|29 419 3 19
        CV|Cabo Verde|AF|11 202 2
        CW|Curacao|NA|29 419 3 19
        CX|Christmas Island|OC|53 9
        CY|Cyprus|EU|145 142
        CZ|Czechia|EU|151 150
        DE|Germany|EU|155 150
        DJ|Djibouti|AF|14 202 2
        DK|Denmark|EU|154 150
        DM|Dominica|NA|29 419 3 19
        DO|Dominican Republic|NA|29 419 3 19
        DZ|Algeria|AF|15 2
        EC|Ecuador|SA|5 419 19
        EE|Estonia|EU|154 150
        EG|Egypt|AF|15 2
        EH|Western Sahara|AF|15 2
        ER|Eritrea|AF|14 202 2
        ES|Spain|EU|39 150
        ET|Ethiopia|AF|14 202 2
        FI|Finland|EU|154 150
        FJ|Fiji|OC|54 9
        FK|Falkland Islands|SA|5 419 19
        FM|Micronesia|OC|57 9
        FO|Faroe Islands|EU|154 150
        FR|France|EU|155 150
        GA|Gabon|AF|17 202 2
        GB|United Kingdom|EU|154 150
        GD|Grenada|NA|29 419 3 19
        GE|Georgia|AS|145 142
        GF|French Guiana|SA|5 419 19
        GG|Guernsey|EU|830 154 150
        GH|Ghana|AF|11 202 2
        GI|Gibraltar|EU|39 150
        GL|Greenland|NA|21 3 19
        GM|Gambia|AF|11 202 2
        GN|Guinea|AF|11 202 2
        GP|Guadeloupe|NA|29 419 3 19
        GQ|Equatorial Guinea|AF|17 202 2
        GR|Greece|EU|39 150
        GS|South Georgia|AN|5 419 19
        GT|Guatemala|NA|13 419 3 19
        GU|Guam|OC|57 9
        GW|Guinea-Bissau|AF|11 202 2
        GY|Guyana|SA|5 419 19
        HK|Hong Kong|AS|30 142
        HM|Heard Island|AN|53 9
        HN|Honduras|NA|13 419 3 19
        HR|Croatia|EU|39 150
        HT|Haiti|NA|29 419 3 19
        HU|Hungary|EU|151 150
        ID|Indonesia|AS|35 142
        IE|Ireland|EU|154 150
        IL|Israel|AS|145 142
        IM|Isle of Man|EU|154 150
        IN|India|AS|34 142
        IO|British Indian Ocean Territory|AS|14 202 2
        IQ|Iraq|AS|145 142
        IR|Iran|AS|34 142
        IS|Iceland|EU|154 150
        IT|Italy|EU|39 150
        JE|Jersey|EU|830 154 150
        JM|Jamaica|NA|29 419 3 19
        JO|Jordan|AS|145 142
        JP|Japan|AS|30 142
        KE|Kenya|AF|14 202 2
        KG|Kyrgyzstan|AS|143 142
        KH|Cambodia|AS|35 142
        KI|Kiribati|OC|57 9
        KM|Comoros|AF|14 202 2
        KN|Saint Kitts and Nevis|NA|29 419 3 19
        KP|North Korea|AS|30 142
        KR|South Korea|AS|30 142
        KW|Kuwait|AS|145 142
        KY|Cayman Islands|NA|29 419 3 19
        KZ|Kazakhstan|AS|143 142
        LA|Laos|AS|35 142
        LB|Lebanon|AS|145 142
        LC|Saint Lucia|NA|29 419 3 19
        LI|Liechtenstein|EU|155 150
        LK|Sri Lanka|AS|34 142
        LR|Liberia|AF|11 202 2
        LS|Lesotho|AF|18 202 2
        LT|Lithuania|EU|154 150
        LU|Luxembourg|EU|155 150
        LV|Latvia|EU|154 150
        LY|Libya|AF|15 2
        MA|Morocco|AF|15 2
        MC|Monaco|EU|155 150
        MD|Moldova|EU|151 150
        ME|Montenegro|EU|39 150
        MF|Saint Martin|NA|29 419 3 19
        MG|Madagascar|AF|14 202 2
        MH|Marshall Islands|OC|57 9
        MK|North Macedonia|EU|39 150
        ML|Mali|AF|11 202 2
        MM|Myanmar|AS|35 142
        MN|Mongolia|AS|30 142
        MO|Macao|AS|30 142
        MP|Northern Mariana Islands|OC|57 9
        MQ|Martinique|NA|29 419 3 19
        MR|Mauritania|AF|11 202 2
        MS|Montserrat|NA|29 419 3 19
        MT|Malta|EU|39 150
        MU|Mauritius|AF|14 202 2
        MV|Maldives|AS|34 142
        MW|Malawi|AF|14 202 2
        MX|Mexico|NA|13 419 3 19
        MY|Malaysia|AS|35 142
        MZ|Mozambique|AF|14 202 2
        NA|Namibia|AF|18 202 2
        NC|New Caledonia|OC|54 9
        NE|Niger|AF|11 202 2
        NF|Norfolk Island|OC|53 9
        NG|Nigeria|AF|11 202 2
        NI|Nicaragua|NA|13 419 3 19
        NL|Netherlands|EU|155 150
        NO|Norway|EU|154 150
        NP|Nepal|AS|34 142
        NR|Nauru|OC|57 9
        NU|Niue|OC|61 9
        NZ|New Zealand|OC|53 9
        OM|Oman|AS|145 142
        PA|Panama|NA|13 419 3 19
        PE|Peru|SA|5 419 19
        PF|French Polynesia|OC|61 9
        PG|Papua New Guinea|OC|54 9
        PH|Philippines|AS|35 142
        PK|Pakistan|AS|34 142
        PL|Poland|EU|151 150
        PM|Saint Pierre and Miquelon|NA|21 3 19
        PN|Pitcairn|OC|61 9
        PR|Puerto Rico|NA|29 419 3 19
        PS|Palestine|AS|145 142
        PT|Portugal|EU|39 150
        PW|Palau|OC|57 9
        PY|Paraguay|SA|5 419 19
        QA|Qatar|AS|145 142
        RE|Reunion|AF|14 202 2
        RO|Romania|EU|151 150
        RS|Serbia|EU|39 150
        RU|Russia|EU|151 150
        RW|Rwanda|AF|14 202 2
        SA|Saudi Arabia|AS|145 142
        SB|Solomon Islands|OC|54 9
        SC|Seychelles|AF|14 202 2
        SD|Sudan|AF|15 2
        SE|Sweden|EU|154 150
        SG|Singapore|AS|35 142
        SH|Saint Helena|AF|11 202 2
        SI|Slovenia|EU|39 150
        SJ|Svalbard and Jan Mayen|EU|154 150
        SK|Slovakia|EU|151 150
        SL|Sierra Leone|AF|11 202 2
        SM|San Marino|EU|39 150
        SN|Senegal|AF|11 202 2
        SO|Somalia|AF|14 202 2
        SR|Suriname|SA|5 419 19
        SS|South Sudan|AF|14 202 2
        ST|Sao Tome and Principe|AF|17 202 2
        SV|El Salvador|NA|13 419 3 19
        SX|Sint Maarten|NA|29 419 3 19
        SY|Syria|AS|145 142
        SZ|Eswatini|AF|18 202 2
        TC|Turks and Caicos Islands|NA|29 419 3 19
        TD|Chad|AF|17 202 2
        TF|French Southern Territories|AN|14 202 2
        TG|Togo|AF|11 202 2
        TH|Thailand|AS|35 142
        TJ|Tajikistan|AS|143 142
        TK|Tokelau|OC|61 9
        TL|Timor-Leste|OC|35 142
        TM|Turkmenistan|AS|143 142
        TN|Tunisia|AF|15 2
        TO|Tonga|OC|61 9
        TR|Turkey|AS|145 142
        TT|Trinidad and Tobago|NA|29 419 3 19
        TV|Tuvalu|OC|61 9
        TW|Taiwan|AS|30 142
        TZ|Tanzania|AF|14 202 2
        UA|Ukraine|EU|151 150
        UG|Uganda|AF|14 202 2
        UM|United States Minor Outlying Islands|OC|57 9
        US|United States|NA|21 3 19
        UY|Uruguay|SA|5 419 19
        UZ|Uzbekistan|AS|143 142
        VA|Vatican City|EU|39 150
        VC|Saint Vincent and the Grenadines|NA|29 419 3 19
        VE|Venezuela|SA|5 419 19
        VG|British Virgin Islands|NA|29 419 3 19
        VI|United States Virgin Islands|NA|29 419 3 19
        VN|Vietnam|AS|35 142
        VU|Vanuatu|OC|54 9
        WF|Wallis and Futuna|OC|61 9
        WS|Samoa|OC|61 9
        XK|Kosovo|EU|39 150
        YE|Yemen|AS|145 142
        YT|Mayotte|AF|14 202 2
        ZA|South Africa|AF|18 202 2
        ZM|Zambia|AF|14 202 2
        ZW|Zimbabwe|AF|14 202 2
        """;
}
