namespace EdgeDePin.Model;

/// <summary>How far a reading may be trusted.</summary>
public enum QualityVerdict
{
    Good,

    /// <summary>It may be right; who computes with it should know.</summary>
    Suspect,

    /// <summary>It cannot be right.</summary>
    Bad,
}

/// <summary>Why a reading is not good.</summary>
public enum QualityReason
{
    None,

    /// <summary>Outside of what the quantity can be.</summary>
    Range,

    /// <summary>Further from the last good value than the quantity moves in that time.</summary>
    Step,

    /// <summary>The very same value again and again, from a sensor that usually shows its noise.</summary>
    Stuck,

    /// <summary>Hardly any change in an hour.</summary>
    FlatLine,

    /// <summary>At the end of its scale for hours.</summary>
    Saturated,

    /// <summary>A counter that went back, or faster than it can.</summary>
    Counter,

    /// <summary>Unlike the other sensors at the same place.</summary>
    CrossCheck,

    /// <summary>Unlike what the neighbours measure, for minutes.</summary>
    Neighbour,

    /// <summary>The sensor was switched on, or set up again, too short a time ago.</summary>
    WarmUp,

    /// <summary>One that the sender knows and we do not.</summary>
    Unknown,
}

/// <summary>A verdict and its reason.</summary>
public readonly record struct ReadingQuality(QualityVerdict Verdict, QualityReason Reason)
{
    public static ReadingQuality Good => default;

    public static ReadingQuality Suspect(QualityReason reason) => new(QualityVerdict.Suspect, reason);

    public static ReadingQuality Bad(QualityReason reason) => new(QualityVerdict.Bad, reason);

    public bool IsGood => Verdict == QualityVerdict.Good;

    /// <summary><c>good</c>, <c>suspect(step)</c>, <c>bad(range)</c>.</summary>
    public override string ToString() => IsGood ? "good" : $"{Verdict}({Reason})".ToLowerInvariant();

    /// <summary>What <see cref="ToString"/> wrote. What is not understood is no word of praise: it is suspect.</summary>
    public static ReadingQuality Parse(string text)
    {
        if (text == "good")
        {
            return Good;
        }

        int open = text.IndexOf('(', StringComparison.Ordinal);
        bool isWhole = open > 0 && text[^1] == ')';
        QualityVerdict verdict = isWhole && text.AsSpan(0, open) is "bad" ? QualityVerdict.Bad : QualityVerdict.Suspect;
        return new ReadingQuality(verdict,
            isWhole && Enum.TryParse(text.AsSpan(open + 1, text.Length - open - 2), ignoreCase: true, out QualityReason reason)
                && Enum.IsDefined(reason) && reason != QualityReason.None && !char.IsAsciiDigit(text[open + 1])
                ? reason : QualityReason.Unknown);
    }
}
