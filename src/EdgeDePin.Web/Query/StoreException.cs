namespace EdgeDePin.Web.Query;

/// <summary>The store did not answer a query of the page.</summary>
public sealed class StoreException(string query, Exception cause)
    : Exception($"The store did not answer: {cause.Message}", cause)
{
    public string Query { get; } = query;
}
