using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EdgeDePin.Node;

/// <summary>
/// The sections that every module reads, bound and checked by generated code: nothing here needs reflection, so that a module can be a
/// native binary.
/// </summary>
public static class NodeSections
{
    /// <exception cref="OptionsException">A value is outside its range, or a key is unknown. The message names section, key and value.</exception>
    public static NodeOptions Node(IConfiguration configuration) => OptionsSection.Read(
        configuration, "Node", (section, options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true), new NodeOptionsCheck());

    /// <exception cref="OptionsException">See <see cref="Node"/>.</exception>
    public static HubOptions Hub(IConfiguration configuration) => OptionsSection.Read(
        configuration, "Hub", (section, options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true), new HubOptionsCheck());

    /// <exception cref="OptionsException">See <see cref="Node"/>.</exception>
    public static SensingOptions Sensing(IConfiguration configuration) => OptionsSection.Read(
        configuration, "Sensing", (section, options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true), new SensingOptionsCheck());
}

[OptionsValidator]
internal sealed partial class NodeOptionsCheck : IValidateOptions<NodeOptions>;

[OptionsValidator]
internal sealed partial class HubOptionsCheck : IValidateOptions<HubOptions>;

[OptionsValidator]
internal sealed partial class SensingOptionsCheck : IValidateOptions<SensingOptions>;
