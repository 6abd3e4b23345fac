"""The parts of the Segmenter: dictionary, division into runs, and two engines that cut Han runs."""
