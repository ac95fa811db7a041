<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>glio::app::ComparePresenter</name>
    <message numerus="yes">
        <source>%n small differences, %1 mL together</source>
        <translation>
            <numerusform>%n small difference, %1 mL</numerusform>
            <numerusform>%n small differences, %1 mL together</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::app::ReaderTablePresenter</name>
    <message numerus="yes">
        <source>Saved: %1, %n pairs of masks.</source>
        <translation>
            <numerusform>Saved: %1, %n pair of masks.</numerusform>
            <numerusform>Saved: %1, %n pairs of masks.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::widgets::CasesPage</name>
    <message numerus="yes">
        <source>%1, %n cases</source>
        <translation>
            <numerusform>%1, %n case</numerusform>
            <numerusform>%1, %n cases</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::widgets::DoubtPanel</name>
    <message numerus="yes">
        <source>%n small places, %1 mL together</source>
        <translation>
            <numerusform>%n small place, %1 mL</numerusform>
            <numerusform>%n small places, %1 mL together</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::widgets::LearnPage</name>
    <message numerus="yes">
        <source>%n cases are approved.</source>
        <translation>
            <numerusform>%n case is approved.</numerusform>
            <numerusform>%n cases are approved.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At least %n are needed.</source>
        <translation>
            <numerusform>At least %n is needed.</numerusform>
            <numerusform>At least %n are needed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::widgets::PlacesSection</name>
    <message numerus="yes">
        <source>Check %n places</source>
        <translation>
            <numerusform>Check %n place</numerusform>
            <numerusform>Check %n places</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n places are checked.</source>
        <translation>
            <numerusform>The one place is checked.</numerusform>
            <numerusform>All %n places are checked.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::widgets::SliceSlider</name>
    <message numerus="yes">
        <source>%n place(s) to check</source>
        <translation>
            <numerusform>%n place to check</numerusform>
            <numerusform>%n places to check</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>glio::widgets::TopBar</name>
    <message numerus="yes">
        <source>Doubts, %n places to check</source>
        <translation>
            <numerusform>Doubts, %n place to check</numerusform>
            <numerusform>Doubts, %n places to check</numerusform>
        </translation>
    </message>
</context>
</TS>
