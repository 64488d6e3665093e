namespace EdgeDePin.Storage;

/// <summary>How soon a measurement is thinned when space is short.</summary>
public enum ThinningPriority
{
    /// <summary>Before the others: what a node says about itself.</summary>
    Early,

    Normal,

    /// <summary>After the others: what was observed.</summary>
    Late,

    /// <summary>Not at all, and not dropped either: the books about losses.</summary>
    Never,
}
