"""A corpus that is torch's IterableDataset. Imported only where torch is already."""

from torch.utils.data import IterableDataset

from interleaf.loading.corpus import Corpus
from webdoc.release.published import PublishedDocument


class TorchCorpus(Corpus, IterableDataset[PublishedDocument]):
    """As Corpus; a DataLoader iterates it, and each worker gives its own documents."""
