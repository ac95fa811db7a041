#include "MadeFiles.h"

#include "glioscope/io/CaseFiles.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::io;
using glio::test::Folder;

TEST_CASE("BraTS naming of every year is understood", "[io][sequence]")
{
    const std::pair<const char *, Sequence> names[] = {
        {"BraTS-PED-00001-000-t1n.nii.gz", Sequence::T1},
        {"BraTS-PED-00001-000-t1c.nii.gz", Sequence::T1c},
        {"BraTS-PED-00001-000-t2w.nii.gz", Sequence::T2},
        {"BraTS-PED-00001-000-t2f.nii.gz", Sequence::Flair},
        {"BraTS20_Training_001_t1.nii.gz", Sequence::T1},
        {"BraTS20_Training_001_t1ce.nii.gz", Sequence::T1c},
        {"BraTS20_Training_001_t2.nii.gz", Sequence::T2},
        {"BraTS20_Training_001_flair.nii.gz", Sequence::Flair},
        {"VSD.Brain.XX.O.MR_T1.54513.mha", Sequence::T1},
        {"VSD.Brain.XX.O.MR_T1c.54514.mha", Sequence::T1c},
        {"VSD.Brain.XX.O.MR_T2.54515.mha", Sequence::T2},
        {"VSD.Brain.XX.O.MR_Flair.54512.mha", Sequence::Flair},
        {"BRATS_001_0000.nii.gz", Sequence::Flair},
        {"BRATS_001_0001.nii.gz", Sequence::T1},
        {"BRATS_001_0002.nii.gz", Sequence::T1c},
        {"BRATS_001_0003.nii.gz", Sequence::T2},
        {"t1.nii.gz", Sequence::T1},
        {"FLAIR.nrrd", Sequence::Flair},
        {"sub-01_ses-02_ce-gadolinium_T1w.nii.gz", Sequence::T1c},
        {"sub-01_space-T1w_FLAIR.nii.gz", Sequence::Flair},
        {"patient7_T1_post.nii", Sequence::T1c},
        {"patient7_T1_Gd.nii", Sequence::T1c},
        {"t1_pre.nii", Sequence::T1},
        {"T2_FLAIR_ax.nii", Sequence::Flair},
        {"T1POST_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz", Sequence::T1c},
        {"FLAIR_N4_noneck.nii.gz", Sequence::Flair},
        {"Flair_subtrMeanDivStd.nii.gz", Sequence::Flair},
    };
    for (const auto &[name, sequence] : names) {
        INFO(name);
        const auto guess = guessSequence(name);
        CHECK(guess.sequence == sequence);
        CHECK(guess.certain);
        CHECK_FALSE(guess.isMask);
        CHECK(guess.reason.back() == '.');
    }
}

TEST_CASE("Masks are told by name, and a brain mask is none of a tumour", "[io][sequence]")
{
    for (const char *name :
         {"BraTS-PED-00001-000-seg.nii.gz", "BraTS20_Training_001_seg.nii.gz", "VSD.Brain_3more.XX.O.OT.54517.mha",
          "OTMultiClass.nii.gz", "labels.nii.gz", "case.seg.nrrd", "t1_mask.nii", "BraTS-MEN-RT-0001-1_gtv.nii.gz"}) {
        INFO(name);
        CHECK(guessSequence(name).isMask);
        CHECK(guessSequence(name).sequence == Sequence::Other);
    }
    for (const char *name : {"brainmask.nii.gz", "t1_brain_mask.nii.gz", "probabilities.nii.gz", "adc.nii.gz"}) {
        INFO(name);
        CHECK_FALSE(guessSequence(name).isMask);
        CHECK(guessSequence(name).sequence == Sequence::Other);
    }
}

TEST_CASE("What may be two things is said to be unsure", "[io][sequence]")
{
    CHECK(guessSequence("mprage.nii").sequence == Sequence::T1);
    CHECK_FALSE(guessSequence("mprage.nii").certain);
    CHECK(guessSequenceFromText("AX T1 FLAIR").sequence == Sequence::T1);
    CHECK_FALSE(guessSequenceFromText("AX T1 FLAIR").certain);
    CHECK(guessSequenceFromText("AX T1 +C").sequence == Sequence::T1c);
    CHECK(guessSequenceFromText("T2 TSE AX").sequence == Sequence::T2);
    CHECK(guessSequenceFromText("AX T2* GRE").sequence == Sequence::Other);
    CHECK(guessSequenceFromText("DWI b1000").sequence == Sequence::Other);
    CHECK_FALSE(guessSequence("scan0001.nii").certain);
}

TEST_CASE("A description beside the file decides where the name does not", "[io][sequence]")
{
    const Folder folder;
    test::save(folder / "scan1.json", R"({"SeriesDescription": "t2_tirm_tra_dark-fluid FLAIR"})");
    CHECK(guessSequence(folder / "scan1.nii.gz").sequence == Sequence::Flair);
    test::save(folder / "scan2.json", R"({"SeriesDescription": "T1 MPRAGE", "ContrastBolusAgent": "Gadovist"})");
    CHECK(guessSequence(folder / "scan2.nii.gz").sequence == Sequence::T1c);
    CHECK(guessSequence(folder / "scan2.nii.gz").certain);
    test::save(folder / "scan3.json", "not json at all");
    CHECK(guessSequence(folder / "scan3.nii.gz").sequence == Sequence::Other);
    const auto inFolder = guessSequence(folder / "T2" / "image.nii.gz");
    CHECK(inFolder.sequence == Sequence::T2);
    CHECK_FALSE(inFolder.certain);
}

TEST_CASE("A case is found in a folder, with its name, its mask and what is left over", "[io][case]")
{
    const Folder folder;
    for (const char *part : {"t1n", "t1c", "t2w", "t2f", "seg"})
        test::save(folder / (std::string("one/BraTS-PED-00007-000-") + part + ".nii.gz"), "x");
    test::save(folder / "one/BraTS-PED-00007-000-adc.nii.gz", "x");
    test::save(folder / "one/notes.txt", "x");
    test::save(folder / "one/.BraTS-t1c.nii.gz.123-1.part", "x");
    const auto found = findCase(folder / "one");
    REQUIRE(found);
    CHECK(found->name == "BraTS-PED-00007-000");
    CHECK(found->sequences.size() == 4);
    CHECK(found->file(Sequence::Flair)->filename() == "BraTS-PED-00007-000-t2f.nii.gz");
    CHECK(found->mask->filename() == "BraTS-PED-00007-000-seg.nii.gz");
    CHECK(found->others.size() == 1);

    for (const char *name : {"t1.nii.gz", "flair.nii.gz", "labels.nii.gz"})
        test::save(folder / "two" / name, "x");
    const auto plain = findCase(folder / "two");
    REQUIRE(plain);
    CHECK(plain->name == "two");
    CHECK(plain->sequences.size() == 2);
    CHECK_FALSE(plain->file(Sequence::T2));
    const auto all = findCases(folder.path);
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK((*all)[0].name == "BraTS-PED-00007-000");
}

TEST_CASE("Of two files for one sequence the surer wins, then the shorter name", "[io][case]")
{
    const Folder folder;
    for (const char *name : {"p_mprage.nii", "p_t1.nii", "p_t1_again.nii", "p_t2.hdr", "p_t2.img"})
        test::save(folder / name, "x");
    const auto found = findCase(folder.path);
    REQUIRE(found);
    CHECK(found->file(Sequence::T1)->filename() == "p_t1.nii");
    CHECK(found->file(Sequence::T2)->filename() == "p_t2.hdr");
    CHECK(found->others.size() == 2);
}

TEST_CASE("A folder without a case gets a sentence", "[io][case]")
{
    const Folder folder;
    test::save(folder / "picture.nii", "x");
    CHECK(findCase(folder.path).error().code == Errc::InvalidArgument);
    CHECK(findCase(folder / "missing").error().code == Errc::Io);
    CHECK(findCases(folder / "missing").error().code == Errc::Io);
}
