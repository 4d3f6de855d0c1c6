"""A document of ISO 19139 as people write them: with its own prefixes, quotes, comments, references and things that are not read."""

DOCUMENT = """<?xml version='1.0' encoding="UTF-8"?>
<!-- kept as it is -->
<MD_Metadata xmlns="http://www.isotc211.org/2005/gmd" xmlns:g='http://www.isotc211.org/2005/gco' xmlns:xlink="http://www.w3.org/1999/xlink">
\t<fileIdentifier><g:CharacterString>here.1</g:CharacterString></fileIdentifier>
\t<contact>
\t\t<CI_ResponsibleParty id='ann'>
\t\t\t<individualName><g:CharacterString>Ann</g:CharacterString></individualName>
\t\t\t<contactInfo><CI_Contact>
\t\t\t\t<phone><CI_Telephone><voice><g:CharacterString>1</g:CharacterString></voice><facsimile><g:CharacterString>2</g:CharacterString></facsimile></CI_Telephone></phone>
\t\t\t\t<address><CI_Address><electronicMailAddress><g:CharacterString>ann@example.org</g:CharacterString></electronicMailAddress></CI_Address></address>
\t\t\t\t<hoursOfService><g:CharacterString>9 to 5</g:CharacterString></hoursOfService>
\t\t\t</CI_Contact></contactInfo>
\t\t\t<role><CI_RoleCode codeList='x#y' codeListValue='pointOfContact'>Contact</CI_RoleCode></role>
\t\t</CI_ResponsibleParty>
\t</contact>
\t<dateStamp><g:Date>2001-01-01</g:Date></dateStamp>
\t<identificationInfo>
\t\t<MD_DataIdentification>
\t\t\t<citation><CI_Citation>
\t\t\t\t<title><g:CharacterString>Ice &amp; snow</g:CharacterString></title>
\t\t\t\t<date g:nilReason="missing"/>
\t\t\t</CI_Citation></citation>
\t\t\t<abstract g:nilReason='unknown'/>
\t\t\t<pointOfContact xlink:href="#ann"/>
\t\t\t<descriptiveKeywords><!-- two --><MD_Keywords>
\t\t\t\t<keyword><g:CharacterString>ice</g:CharacterString></keyword>
\t\t\t\t<keyword><g:CharacterString>snow</g:CharacterString></keyword>
\t\t\t</MD_Keywords></descriptiveKeywords>
\t\t\t<language><g:CharacterString>eng</g:CharacterString></language>
\t\t\t<extent><EX_Extent>
\t\t\t\t<geographicElement><EX_GeographicBoundingBox>
\t\t\t\t\t<westBoundLongitude><g:Decimal>1.50</g:Decimal></westBoundLongitude>
\t\t\t\t\t<eastBoundLongitude><g:Decimal>2.50</g:Decimal></eastBoundLongitude>
\t\t\t\t\t<southBoundLatitude><g:Decimal>3.50</g:Decimal></southBoundLatitude>
\t\t\t\t\t<northBoundLatitude><g:Decimal>4.50</g:Decimal></northBoundLatitude>
\t\t\t\t</EX_GeographicBoundingBox></geographicElement>
\t\t\t\t<temporalElement><EX_TemporalExtent><extent>
\t\t\t\t\t<t:TimePeriod xmlns:t="http://www.opengis.net/gml" t:id="time-1">
\t\t\t\t\t\t<t:beginPosition>2001</t:beginPosition><t:endPosition indeterminatePosition="now"/></t:TimePeriod>
\t\t\t\t</extent></EX_TemporalExtent></temporalElement>
\t\t\t</EX_Extent></extent>
\t\t</MD_DataIdentification>
\t</identificationInfo>
\t<distributionInfo/>
</MD_Metadata>
"""
CONTENT = DOCUMENT.encode()
