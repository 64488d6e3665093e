using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Reports;

/// <param name="Value">Null with the reason in <paramref name="Missing"/>.</param>
internal sealed record AnchorValue(string Name, double? Value, string? Missing);

/// <summary>A measured row: medians of ours and of each anchor.</summary>
internal sealed record Row(string Name, string What, string Unit, Goal? Goal, double Value, IReadOnlyList<AnchorValue> Anchors)
{
    /// <summary>Null without a goal.</summary>
    public bool? Met => Goal?.IsMetBy(Value);

    /// <summary>The anchor to be compared with: the best of those measured, or one that could not be.</summary>
    public AnchorValue? Anchor
    {
        get
        {
            AnchorValue? best = null;
            foreach (AnchorValue anchor in Anchors)
            {
                bool better = best?.Value is not { } most || (anchor.Value is { } value && Goal is not null && Goal.Better(most, value) != most);
                best = better ? anchor : best;
            }

            return best;
        }
    }
}
