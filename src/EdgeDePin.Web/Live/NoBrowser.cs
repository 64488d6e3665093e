using System.Diagnostics.CodeAnalysis;
using Microsoft.JSInterop;

namespace EdgeDePin.Web.Live;

/// <summary>
/// Components are rendered to text and never meet a browser. Some of MudBlazor's name the script runtime all the same;
/// they call it when they are disposed, and expect that the browser may be gone. Registering this instead of all of
/// Razor Components also spares the node the key ring of forms that the pages do not have.
/// </summary>
internal sealed class NoBrowser : IJSRuntime
{
    private const DynamicallyAccessedMemberTypes Json =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields |
        DynamicallyAccessedMemberTypes.PublicProperties;

    public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Json)] TValue>(string identifier, object?[]? args) =>
        throw new JSDisconnectedException($"'{identifier}' was called while a page was rendered on the node: there is no browser here.");

    public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Json)] TValue>(
        string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);
}
