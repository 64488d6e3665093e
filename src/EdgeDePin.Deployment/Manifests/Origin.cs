namespace EdgeDePin.Deployment.Manifests;

/// <summary>Where a value of a manifest was written.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Line">Counted from 1.</param>
public sealed record Origin(string File, int Line)
{
    public override string ToString() => $"{File}:{Line}";
}
