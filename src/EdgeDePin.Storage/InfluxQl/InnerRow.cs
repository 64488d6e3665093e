namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A row of an inner SELECT.</summary>
/// <param name="Time">In ns.</param>
/// <param name="Number">Its place in the whole answer.</param>
/// <param name="Values">The time, then a value for each field.</param>
internal sealed record InnerRow(int Series, long Time, long Number, FieldValue?[] Values);
