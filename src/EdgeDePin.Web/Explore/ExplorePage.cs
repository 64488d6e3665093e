namespace EdgeDePin.Web.Explore;

/// <summary>What was asked and what the store had.</summary>
public sealed record ExplorePage(ExploreRequest Request, ExploreView View);
