namespace EdgeDePin.Storage;

/// <summary>A number that whoever has the store adds to <c>/metrics</c>.</summary>
/// <param name="Name">Without the leading <c>edgedepin_</c>; a counter ends in <c>_total</c>.</param>
/// <param name="IsCounter">It only grows.</param>
public sealed record NodeMetric(string Name, bool IsCounter, string Help, long Value);
