namespace EdgeDePin.Cli.TaskCommands;

/// <summary>What <c>task run</c> was asked, checked.</summary>
internal sealed record TaskOptions
{
    public required string File { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    public required long Fuel { get; init; }

    /// <summary>Pages of 64 KiB.</summary>
    public required int Pages { get; init; }

    public required int Lanes { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Folder for outputs; null keeps none.</summary>
    public required string? Out { get; init; }

    /// <summary>How outputs are printed; null: not.</summary>
    public required string? As { get; init; }

    /// <summary>File that the newest checkpoint of the one input is kept in, and taken from when it is there.</summary>
    public required string? Checkpoint { get; init; }

    public required string? Records { get; init; }

    public required string? Guest { get; init; }

    public required bool Json { get; init; }
}
