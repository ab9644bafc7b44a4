"""Benchmarks of image classification: DomainBed, the ImageNet testbed, VTAB."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tables.document import Entry

#: (id, classes, source, source type, domains, citation); chance is 100 / classes.
DOMAINBED = (
    ("ColoredMNIST", 2, "MNIST", "mixed", "correlation of colour and label",
     "Arjovsky et al.: Invariant Risk Minimization. 2019. arXiv:1907.02893"),
    ("RotatedMNIST", 10, "MNIST", "mixed", "angle of rotation",
     "Ghifary et al.: Domain Generalization for Object Recognition with Multi-Task Autoencoders. ICCV 2015"),
    ("VLCS", 5, "VLCS", "human", "photographic dataset",
     "Fang, Xu and Rockmore: Unbiased Metric Learning. ICCV 2013"),
    ("PACS", 7, "PACS", "human", "style: art, cartoon, photo, sketch",
     "Li et al.: Deeper, Broader and Artier Domain Generalization. ICCV 2017"),
    ("OfficeHome", 65, "OfficeHome", "human", "style: art, clipart, product, photo",
     "Venkateswara et al.: Deep Hashing Network for Unsupervised Domain Adaptation. CVPR 2017"),
    ("TerraIncognita", 10, "TerraIncognita", "human", "location of a camera trap",
     "Beery, Van Horn and Perona: Recognition in Terra Incognita. ECCV 2018"),
    ("DomainNet", 345, "DomainNet", "human", "style: clipart, infograph, painting, quickdraw, photo, sketch",
     "Peng et al.: Moment Matching for Multi-Source Domain Adaptation. ICCV 2019"),
)  # fmt: skip

IMAGENET = "Russakovsky et al.: ImageNet Large Scale Visual Recognition Challenge. IJCV 2015"
VIDEO = "Shankar et al.: Do Image Classifiers Generalize Across Time? ICCV 2021. arXiv:1906.02168"
RENDITIONS = "Hendrycks et al.: The Many Faces of Robustness. ICCV 2021. arXiv:2006.16241"
ADVERSARIAL = "Hendrycks et al.: Natural Adversarial Examples. CVPR 2021. arXiv:1907.07174"
OBJECTNET = (
    "Barbu et al.: ObjectNet: A Large-Scale Bias-Controlled Dataset for Pushing the Limits of Object "
    "Recognition Models. NeurIPS 2019"
)
#: (id, description, split strategy, counterpart, items, source type, citation). Every figure of the testbed
#: is a multiple of 1 / items. ObjectNet's authors count 18,574 images in shared classes, the testbed scored
#: 18,514.
TESTBED = (
    ("ImageNet", "Validation images of all 1,000 classes.", "random", "", 50_000, "human", IMAGENET),
    ("ImageNetV2", "New test images collected by the original procedure (matched frequency).",
     "re-collection",
     "ImageNet", 10_000, "human", "Recht et al.: Do ImageNet Classifiers Generalize to ImageNet? ICML 2019"),
    ("ImageNet-Sketch", "Black and white drawings of all 1,000 classes.", "medium", "ImageNet", 50_889,
     "human",
     "Wang et al.: Learning Robust Global Representations. NeurIPS 2019. arXiv:1905.13549"),
    ("ImageNet, classes of ImageNet-R", "Validation images of the 200 classes of ImageNet-R.", "random", "",
     10_000, "human", IMAGENET),
    ("ImageNet-R", "Art, cartoons, toys and other renditions of 200 classes.", "medium",
     "ImageNet, classes of ImageNet-R", 30_000, "human", RENDITIONS),
    ("ImageNet, classes of ObjectNet", "Validation images of the classes shared with ObjectNet.", "random",
     "", 6_250, "human", IMAGENET),
    ("ObjectNet", "Household objects photographed at controlled poses and places.", "controlled viewpoint",
     "ImageNet, classes of ObjectNet", 18_514, "human", OBJECTNET),
    ("ImageNet, classes of ImageNet-A", "Validation images of the 200 classes of ImageNet-A.", "random", "",
     10_000, "human", IMAGENET),
    ("ImageNet-A", "Photographs that a ResNet-50 gets wrong, 200 classes.", "adversarial filtering",
     "ImageNet, classes of ImageNet-A", 7_500, "human", ADVERSARIAL),
    ("ImageNet-Vid-Robust pm-0", "Anchor frames of videos.", "", "", 1_109, "human", VIDEO),
    ("ImageNet-Vid-Robust pm-10", "Worst case over the 10 frames on either side of the anchor frame.",
     "worst neighbouring frame", "ImageNet-Vid-Robust pm-0", 1_109, "human", VIDEO),
    ("YTBB-Robust pm-0", "Anchor frames of videos.", "", "", 2_030, "human", VIDEO),
    ("YTBB-Robust pm-10", "Worst case over the 10 frames on either side of the anchor frame.",
     "worst neighbouring frame", "YTBB-Robust pm-0", 2_030, "human", VIDEO),
    ("ImageNet-C",
     "Validation images under Gaussian noise, defocus blur, snow and contrast, at five severities.",
     "corruption", "", 50_000, "mixed",
     "Hendrycks and Dietterich: Benchmarking Neural Network Robustness. ICLR 2019. arXiv:1903.12261"),
)  # fmt: skip
#: Where the items of a testbed set come from, where that is not ImageNet's validation images.
OWN_SOURCE = {
    "ImageNetV2": "Flickr, collected anew",
    "ImageNet-Sketch": "web search for sketches",
    "ImageNet-R": "web search for renditions",
    "ObjectNet": "crowd workers' photographs",
    "ImageNet-A": "web photographs, filtered by a classifier",
    "ImageNet-Vid-Robust pm-0": "ImageNet-Vid",
    "ImageNet-Vid-Robust pm-10": "ImageNet-Vid",
    "YTBB-Robust pm-0": "YouTube-BB",
    "YTBB-Robust pm-10": "YouTube-BB",
}

#: (id, group, task, source type)
VTAB = (
    ("CIFAR-100", "natural", "Objects in 32 x 32 photographs.", "human"),
    ("Caltech101", "natural", "Objects.", "human"),
    ("Camelyon", "specialized", "Tumour tissue in microscope images (Patch Camelyon).", "human"),
    ("Clevr-Count", "structured", "Number of objects in a rendered scene.", "synthetic"),
    ("Clevr-Dist", "structured", "Distance of the nearest object in a rendered scene.", "synthetic"),
    ("DMLab", "structured", "Distance of objects in frames of a 3D environment.", "synthetic"),
    ("DTD", "natural", "Textures.", "human"),
    ("EuroSAT", "specialized", "Land use in satellite images.", "human"),
    ("Flowers102", "natural", "Flowers.", "human"),
    ("KITTI-Dist", "structured", "Distance of the nearest vehicle.", "human"),
    ("Pets", "natural", "Breeds of cats and dogs.", "human"),
    ("Resisc45", "specialized", "Scenes in aerial images.", "human"),
    ("Retinopathy", "specialized", "Severity of diabetic retinopathy.", "human"),
    ("SVHN", "natural", "House numbers.", "human"),
    ("Sun397", "natural", "Scenes.", "human"),
    ("dSpr-Loc", "structured", "Position of a drawn shape.", "synthetic"),
    ("dSpr-Orient", "structured", "Orientation of a drawn shape.", "synthetic"),
    ("sNORB-Azim", "structured", "Azimuth of a toy.", "human"),
    ("sNORB-Elev", "structured", "Elevation of a toy.", "human"),
)
SHARED_SOURCE = {
    "Clevr-Count": "CLEVR", "Clevr-Dist": "CLEVR",
    "dSpr-Loc": "dSprites", "dSpr-Orient": "dSprites",
    "sNORB-Azim": "SmallNORB", "sNORB-Elev": "SmallNORB",
}  # fmt: skip


def entries() -> list[Entry]:
    """DomainBed, the testbed, VTAB."""
    return [*map(_domainbed, DOMAINBED), *map(_testbed, TESTBED), *map(_vtab, VTAB)]


def _domainbed(row: tuple[str, int, str, str, str, str]) -> Entry:
    name, classes, source, source_type, domains, citation = row
    return {
        "id": name,
        "suite": "DomainBed",
        "description": f"{classes} classes; domains differ in {domains}.",
        "construct": "domain generalization",
        "source": source,
        "source_type": source_type,
        "split_strategy": "leave one domain out",
        "chance": round(100 / classes, 4),
        "role": "ood",
        "primary_metric": "accuracy",
        "url": "https://github.com/facebookresearch/DomainBed",
        "citation": citation,
    }


def _testbed(row: tuple[str, str, str, str, int, str, str]) -> Entry:
    name, description, strategy, twin, items, source_type, citation = row
    entry: Entry = {
        "id": name,
        "suite": name if name == "ImageNet-C" else "ImageNet testbed",
        "description": description,
        "construct": "object recognition"
        if strategy in {"random", ""}
        else "robustness to distribution shift",
        "source": OWN_SOURCE.get(name, "ImageNet validation images"),
        "source_type": source_type,
        "items": items,
        "primary_metric": "accuracy",
        "url": "https://github.com/modestyachts/imagenet-testbed",
        "citation": citation,
    }
    role = "ood" if twin else "id"
    optional = {"split_strategy": strategy, "id_twin": twin, "role": "" if name == "ImageNet-C" else role}
    return entry | {field: text for field, text in optional.items() if text}


def _vtab(row: tuple[str, str, str, str]) -> Entry:
    name, group, description, source_type = row
    return {
        "id": name,
        "suite": "VTAB",
        "description": description,
        "construct": f"transfer of representations, {group} tasks",
        "source": SHARED_SOURCE.get(name, name),
        "source_type": source_type,
        "primary_metric": "accuracy",
        "url": "https://google-research.github.io/task_adaptation/",
        "citation": "Zhai et al.: The Visual Task Adaptation Benchmark. arXiv:1910.04867",
    }
